import { sessionToken } from '../auth.ts';
import { reload, type End } from '../finish.ts';
import { refuse } from '../pages/refusal.ts';
import type { Passage } from '../passage.ts';
import { checkRate } from '../rate-check.ts';
import type { Verdict } from '../verdict.ts';
import { controlApp, isControlPath } from './app.ts';
import { isDashboardPath } from './dashboard.ts';
import type { ControlBindings } from './operation.ts';
import type { Operator } from './operator.ts';
import { proveOperator } from './prove-operator.ts';

const RETRY_AFTER = 5;

/** What the operator sends is not judged by the rules: a ruleset is full of attacks. */
const TRUSTED: Verdict = {
  decision: 'allow',
  score: 0,
  by: 'none',
  reason: 'control plane',
  waf: { matches: [], score: 0, blocking: false },
  bot: { score: 0, signals: [] },
  reputation: { score: 0, signals: [] },
};

/** True for requests to the control plane. With `CONTROL_HOST` set, these paths are the origin's on every other host. */
export function isControlRequest({ url, env }: Passage): boolean {
  const host = (env.CONTROL_HOST ?? '').toLowerCase();
  if (host !== '' && url.host !== host && url.hostname !== host) return false;
  return isControlPath(url.pathname, env.PUBLIC_THREAT_MAP);
}

/** True when the request brings something that might prove an operator; whether it does, the door will tell. */
export function maySignIn({ request, url }: Passage): boolean {
  return request.headers.has('X-Admin-Key') || sessionToken(request, url) !== null;
}

/**
 * Answers a request to the control plane: judged by nobody; counted and limited like any other unless it comes from an
 * operator, who must get through in the middle of an attack, whatever becomes of the guardians, or asks for a file of the page.
 */
export async function answerControl(passage: Passage): Promise<End> {
  const { request, url, requestId, route, address, snapshot, isolate, actors, env } = passage;
  const { signIns, keyRing, trail } = isolate;
  const proof = await proveOperator(request, url, { env, signIns, client: address.key, keyRing, actors });
  if (proof.kind === 'operator') tellUse(proof.operator, passage);
  // The page's files are the same for everybody and cost less than counting them; and a site's crowd behind one address, or an attack
  // from it, must not keep an operator there from the form by which he signs in.
  const isOwn = proof.kind === 'operator' || isDashboardPath(url.pathname);
  const rate = isOwn ? uncounted(route.limit) : await countVisit(passage);
  if (rate.kind === 'refused') {
    const reason = `more than ${rate.figures.limit} requests in ${route.windowSeconds} s on route ${route.id}`;
    const response = refuse('rate-limited', request, requestId, rate.retryAfter);
    return { verdict: TRUSTED, outcome: 'limit', reason, rate: rate.figures, response };
  }
  const failed = rate.kind === 'failed' ? route.fail : null;
  const reason =
    rate.kind === 'failed' ? `rate guardian: ${rate.failure}; route ${route.id} fails ${route.fail}` : undefined;
  const told = reason === undefined ? {} : { reason };
  if (failed === 'closed') {
    const response = refuse('unavailable', request, requestId, RETRY_AFTER);
    return { verdict: TRUSTED, outcome: 'block', ...told, rate: rate.figures, failed, response };
  }
  const bindings: ControlBindings = {
    env,
    actors,
    snapshot,
    requestId,
    client: address.key,
    signIns,
    keyRing,
    trail,
    proof,
    refresh: async () => {
      await reload(passage);
      return isolate.loader.current(env);
    },
  };
  const response = await controlApp.fetch(request, bindings);
  const own = isOwn ? { ownAnswer: true as const } : {};
  return { verdict: TRUSTED, outcome: 'allow', ...told, ...own, rate: rate.figures, failed, response };
}

/** Of an API key the registry keeps when it was last used; and notes that it did not take wait for its next sign of life. */
function tellUse({ key }: Operator, { isolate, actors, later }: Passage): void {
  const now = Date.now();
  if (key !== null && isolate.keyRing.startsUse(key.id, now)) later(actors.keyUsed(key.id, now));
  if (isolate.trail.waiting) later(isolate.trail.flush(actors));
}

function uncounted(limit: number) {
  return { kind: 'granted', figures: { limit, remaining: limit, reset: 0 } } as const;
}

function countVisit({ route, address, snapshot, isolate, actors, later }: Passage) {
  const { deadlineMs } = snapshot.policy;
  const question = { route, client: address.key, score: 0, seq: snapshot.seq, deadlineMs };
  return checkRate(question, isolate.leases, actors, later);
}
