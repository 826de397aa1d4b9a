import { keyState, readApiKey } from '../api-key.ts';
import { equalsSecret, sessionToken, verifySession } from '../auth.ts';
import { ALL_SCOPES } from '../scopes.ts';
import { sha256 } from '../sha256.ts';
import type { ControlBindings } from './operation.ts';
import type { Operator, Proof } from './operator.ts';

/** What of the shield's memory and actors the proof needs. */
export type ProofContext = Pick<ControlBindings, 'env' | 'signIns' | 'client' | 'keyRing' | 'actors'>;

/** Looks for proof: a key in the header, else the cookie of a session. */
export async function proveOperator(request: Request, url: URL, context: ProofContext): Promise<Proof> {
  const secret = context.env.ADMIN_API_KEY ?? '';
  if (secret === '') return { kind: 'none' };
  const given = request.headers.get('X-Admin-Key');
  if (given !== null) return proveKey(given, context);
  const token = sessionToken(request, url);
  return token === null ? { kind: 'none' } : proveSession(token, url.host, secret, context);
}

/**
 * Whether `given` is a key, and whose. One from a locked-out address is not looked at. The bootstrap key is compared first and
 * needs no actor: it opens whatever becomes of the registry. Wrong keys are noted in this isolate.
 */
export async function proveKey(given: string, context: ProofContext): Promise<Proof> {
  const { env, signIns, client } = context;
  const secret = env.ADMIN_API_KEY ?? '';
  if (secret === '' || signIns.locked(client, Date.now()) > 0) return { kind: 'wrong' };
  const proof: Proof = (await equalsSecret(given, secret))
    ? { kind: 'operator', operator: { by: 'key', key: null, scopes: ALL_SCOPES, until: null } }
    : await proveApiKey(given, context);
  if (proof.kind === 'wrong') signIns.note(client, Date.now());
  return proof;
}

async function proveApiKey(given: string, { keyRing, actors }: ProofContext): Promise<Proof> {
  const id = readApiKey(given);
  if (id === null) return { kind: 'wrong' };
  const key = await keyRing.find(id, () => actors.keys());
  if (key === 'unavailable') return { kind: 'unavailable' };
  if (key === null || !(await equalsSecret(await sha256(given), key.hash))) return { kind: 'wrong' };
  if (keyState(key, Date.now()) !== 'live') return { kind: 'ended' };
  const operator: Operator = { by: 'key', key: { id, name: key.name }, scopes: key.scopes, until: key.expires };
  return { kind: 'operator', operator };
}

async function proveSession(token: string, host: string, secret: string, context: ProofContext): Promise<Proof> {
  const session = await verifySession(token, secret, host, Date.now());
  if (session === null) return { kind: 'none' };
  const { holder, expires: until } = session;
  if (holder === null) return { kind: 'operator', operator: { by: 'session', key: null, scopes: ALL_SCOPES, until } };
  const key = await context.keyRing.find(holder.key, () => context.actors.keys());
  if (key === 'unavailable') return { kind: 'unavailable' };
  if (key === null || keyState(key, Date.now()) !== 'live') return { kind: 'ended' };
  const scopes = holder.scopes.filter((scope) => key.scopes.includes(scope));
  return { kind: 'operator', operator: { by: 'session', key: { id: key.id, name: key.name }, scopes, until } };
}
