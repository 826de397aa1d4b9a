import { equalsSecret, isForeign, isOwnPage, sessionToken, verifySession } from '../auth.ts';
import { problemResponse, type ProblemDetails } from '../pages/problem.ts';
import type { ControlBindings } from './operation.ts';
import type { SignInLimit } from './sign-in-limit.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD']);

export const UNSET: ProblemDetails = {
  status: 403,
  kind: 'admin-key-unset',
  title: 'The control plane is locked',
  detail:
    'This shield has no admin key, so nobody can sign in. Its operator sets one with `npx wrangler secret put ADMIN_API_KEY`.',
};

export const FOREIGN: ProblemDetails = {
  status: 403,
  kind: 'cross-origin',
  title: 'Pages of other sites may not call the control plane',
  detail: 'The Origin or Sec-Fetch-Site header names another site than this one.',
};

const UNKNOWN: ProblemDetails = {
  status: 401,
  kind: 'unauthorized',
  title: 'An operator is wanted here',
  detail: 'Send the admin key as X-Admin-Key, or sign in with POST /admin/session.',
};

export const WRONG_KEY: ProblemDetails = {
  status: 401,
  kind: 'wrong-key',
  title: 'This is not the admin key',
  detail: 'Wrong keys are counted; after a few more the address is locked out for some minutes.',
};

const LOCKED: ProblemDetails = {
  status: 429,
  kind: 'locked-out',
  title: 'Too many wrong keys',
  detail: 'No key from this address is looked at until the time in Retry-After has passed.',
};

/** By what a request proves that it comes from an operator; null when by nothing. */
export type Proof = 'key' | 'session' | null;

/** What of the shield's memory the proof needs. */
export type ProofContext = Pick<ControlBindings, 'env' | 'signIns' | 'client'>;

/** Looks for proof. A key from a locked-out address is not looked at. */
export async function proveOperator(
  request: Request,
  url: URL,
  { env, signIns, client }: ProofContext,
): Promise<Proof> {
  const secret = env.ADMIN_API_KEY ?? '';
  if (secret === '') return null;
  const now = Date.now();
  const given = request.headers.get('X-Admin-Key');
  if (given !== null) return (await isKey(given, secret, signIns, client)) ? 'key' : null;
  const token = sessionToken(request, url);
  return token !== null && (await verifySession(token, secret, url.host, now)) ? 'session' : null;
}

/** Null for an operator, else the refusal. */
export async function refuseStranger(request: Request, url: URL, control: ControlBindings): Promise<Response | null> {
  if ((control.env.ADMIN_API_KEY ?? '') === '') return problemResponse(UNSET, control.requestId);
  if (isForeign(request, url)) return problemResponse(FOREIGN, control.requestId);
  if (control.proof === 'key') return null;
  if (request.headers.has('X-Admin-Key')) return refuseKey(control);
  if (control.proof === null) return unauthorized(UNKNOWN, control);
  // A browser sends the cookie along by itself, so something must vouch that the operator's own page asked.
  const changes = !SAFE_METHODS.has(request.method) || request.headers.get('Upgrade') !== null;
  return changes && !isOwnPage(request, url) ? problemResponse(FOREIGN, control.requestId) : null;
}

/** Null when `given` is the admin key; counts wrong ones. */
export async function checkKey(given: string, control: ControlBindings): Promise<Response | null> {
  const { env, signIns, client } = control;
  return (await isKey(given, env.ADMIN_API_KEY ?? '', signIns, client)) ? null : refuseKey(control);
}

async function isKey(given: string, secret: string, signIns: SignInLimit, client: string): Promise<boolean> {
  if (signIns.locked(client, Date.now()) > 0) return false;
  const right = await equalsSecret(given, secret);
  if (!right) signIns.note(client, Date.now());
  return right;
}

/** Counts a wrong key, unless the address is locked out already. */
async function refuseKey(control: ControlBindings): Promise<Response> {
  const { signIns, client, actors, snapshot } = control;
  const locked = signIns.locked(client, Date.now());
  if (locked > 0) return lockedOut(locked, control);
  const wait = await signIns.failed(client, actors, snapshot.seq, Date.now());
  return wait > 0 ? lockedOut(wait, control) : unauthorized(WRONG_KEY, control);
}

function lockedOut(wait: number, control: ControlBindings): Response {
  return problemResponse(LOCKED, control.requestId, { 'Retry-After': String(Math.ceil(wait / 1000)) });
}

/** RFC 9110 wants a challenge with every 401; a scheme that browsers do not know opens no dialogue. */
function unauthorized(problem: ProblemDetails, control: ControlBindings): Response {
  return problemResponse(problem, control.requestId, { 'WWW-Authenticate': 'AdminKey realm="EdgeShield"' });
}
