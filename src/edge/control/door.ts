import { isForeign, isOwnPage } from '../auth.ts';
import { recordWrongKey } from './audit-trail.ts';
import { problemResponse, type ProblemDetails } from '../pages/problem.ts';
import type { Scope } from '../scopes.ts';
import type { ControlBindings, Operation } from './operation.ts';
import type { Proof } from './operator.ts';

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
  detail: 'Send a key as X-Admin-Key, or sign in with POST /admin/session.',
};

const WRONG_KEY: ProblemDetails = {
  status: 401,
  kind: 'wrong-key',
  title: 'This is not the admin key, nor another key of this shield',
  detail: 'Wrong keys are counted; after a few more the address is locked out for some minutes.',
};

const LOCKED: ProblemDetails = {
  status: 429,
  kind: 'locked-out',
  title: 'Too many wrong keys',
  detail: 'No key from this address is looked at until the time in Retry-After has passed.',
};

const ENDED: ProblemDetails = {
  status: 401,
  kind: 'key-ended',
  title: 'This key is no longer valid',
  detail: 'It was revoked or has expired. Whoever may administer keys can create another.',
};

const UNAVAILABLE: ProblemDetails = {
  status: 503,
  kind: 'keys-unavailable',
  title: 'Keys cannot be looked up now',
  detail: 'The registry, which knows them, does not answer. Try again in a moment; the bootstrap key goes on working.',
};

/** Null for an operator, else the refusal. */
export async function refuseStranger(request: Request, url: URL, control: ControlBindings): Promise<Response | null> {
  if ((control.env.ADMIN_API_KEY ?? '') === '') return problemResponse(UNSET, control.requestId);
  if (isForeign(request, url)) return problemResponse(FOREIGN, control.requestId);
  const { proof } = control;
  if (proof.kind !== 'operator') return refuseProof(proof, control);
  if (proof.operator.by === 'key') return null;
  // A browser sends the cookie along by itself, so something must vouch that the operator's own page asked.
  const changes = !SAFE_METHODS.has(request.method) || request.headers.get('Upgrade') !== null;
  return changes && !isOwnPage(request, url) ? problemResponse(FOREIGN, control.requestId) : null;
}

/** Null when the operator's key allows what the operation wants, else the refusal. */
export function refuseScope({ scope }: Operation, { proof, requestId }: ControlBindings): Response | null {
  if (scope === null || (proof.kind === 'operator' && proof.operator.scopes.includes(scope))) return null;
  return lacksScope([scope], requestId);
}

/** The refusal of an operator whose key lacks these scopes. */
export function lacksScope(scopes: readonly Scope[], requestId: string): Response {
  const named = scopes.map((scope) => `\`${scope}\``).join(', ');
  const problem = {
    status: 403,
    kind: 'insufficient-scope',
    title: 'This key may not do that',
    detail: `It lacks the scope ${named}.`,
  };
  return problemResponse(problem, requestId);
}

/** The answer to what proves no operator; counts wrong keys. */
export function refuseProof(
  { kind }: Exclude<Proof, { readonly kind: 'operator' }>,
  control: ControlBindings,
): Promise<Response> | Response {
  switch (kind) {
    case 'none':
      return unauthorized(UNKNOWN, control);
    case 'wrong':
      return refuseKey(control);
    case 'ended':
      return unauthorized(ENDED, control);
    case 'unavailable':
      return problemResponse(UNAVAILABLE, control.requestId, { 'Retry-After': '2' });
  }
}

/** Counts and notes a wrong key, unless the address is locked out already. */
async function refuseKey(control: ControlBindings): Promise<Response> {
  const { signIns, client, actors, snapshot } = control;
  const locked = signIns.locked(client, Date.now());
  if (locked > 0) return lockedOut(locked, control);
  const wait = await signIns.failed(client, actors, snapshot.seq, Date.now());
  await recordWrongKey(control, wait);
  return wait > 0 ? lockedOut(wait, control) : unauthorized(WRONG_KEY, control);
}

function lockedOut(wait: number, control: ControlBindings): Response {
  return problemResponse(LOCKED, control.requestId, { 'Retry-After': String(Math.ceil(wait / 1000)) });
}

/** RFC 9110 wants a challenge with every 401; a scheme that browsers do not know opens no dialogue. */
function unauthorized(problem: ProblemDetails, control: ControlBindings): Response {
  return problemResponse(problem, control.requestId, { 'WWW-Authenticate': 'AdminKey realm="EdgeShield"' });
}
