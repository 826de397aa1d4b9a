import type { Env } from '../env.ts';
import { describeListed, hardenVerdict, judgeAddressAlone, unjudged } from './address-verdict.ts';
import type { InspectedBody } from './body-prefix.ts';
import { challenge } from './challenge/challenge.ts';
import { answerControl, isControlRequest, maySignIn } from './control/entrance.ts';
import { finish, type End } from './finish.ts';
import { Isolate } from './isolate.ts';
import { isOverdue, judgeRequest, readBody, weighAnswer, weighReputation, type Judgement } from './judgement.ts';
import { effectiveLimit } from './lease-terms.ts';
import { refuse } from './pages/refusal.ts';
import { beginPassage, type Passage } from './passage.ts';
import { checkRate, type RateCheck } from './rate-check.ts';
import { namesOneClient, WORKER_CLIENT } from './reputation/client-key.ts';
import { limitingScore } from './reputation/listed.ts';
import { isAllowed } from './reputation/threat-index.ts';
import { isWatched } from './reputation/watchlist.ts';
import { markResponse, type RateFigures } from './response-marks.ts';
import { sendOn } from './send-on.ts';
import type { Verdict } from './verdict.ts';

/** Seconds after which a client may try again where the shield could not decide. */
const RETRY_AFTER = 5;

/** A pattern that no automaton runs was given up: see docs/rules.md, "The linear-time guarantee". */
const OVER_BUDGET = 'rules: the request took more work than its budget';

/** The Worker's request handler, with an isolate's memory of its own. */
export function createShield() {
  const isolate = new Isolate();
  return {
    async fetch(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
      const requestId = crypto.randomUUID();
      try {
        const passage = beginPassage(isolate, request, env, ctx, requestId, Date.now());
        return finish(passage, await pass(passage));
      } catch (error) {
        // Every expected failure is dealt with where it happens: this is a bug, and all the client learns is its id.
        console.error('shield: bug', { requestId, cause: error instanceof Error ? error.stack : String(error) });
        const marks = { requestId, outcome: 'block', score: 0, rate: { limit: 0, remaining: 0, reset: 0 } } as const;
        return markResponse(refuse('internal-error', request, requestId), marks, env.RESPONSE_HEADERS === 'minimal');
      }
    },
  };
}

/** One request, end to end; the order of the steps is the contract (design, "One request"). */
async function pass(passage: Passage): Promise<End> {
  const { request, requestId, snapshot, address, facts, listed, now } = passage;
  const control = isControlRequest(passage);
  const refused = judgeAddressAlone(snapshot, address, facts.asn, listed, now);
  // An operator who has blocked the own address must still be able to undo it.
  if (refused !== null && !(control && maySignIn(passage))) {
    const response = refuse('blocked', request, requestId);
    return { verdict: refused, outcome: 'block', rate: noRate(passage, 1), response };
  }
  if (control) return answerControl(passage);

  // A body that breaks off must not reach the origin as if it were whole.
  const body = await readBody(passage);
  if (body === null || isOverdue(body, passage)) {
    body?.discard();
    const verdict = unjudged('block', body === null ? 'the body broke off' : 'the body did not arrive in time');
    return {
      verdict,
      outcome: 'block',
      rate: noRate(passage, 0),
      response: refuse('request-timeout', request, requestId),
    };
  }
  const known = passage.isolate.reputations.get(address.key, now);
  const judgement = tryJudge(passage, body, known);
  if (judgement === null) return failJudging(passage, body);
  if (judgement.verdict.decision === 'block') return blockRequest(passage, judgement.verdict, body);
  return askActors(passage, judgement, body, known);
}

function tryJudge(passage: Passage, body: InspectedBody, known: number | null): Judgement | null {
  try {
    return judgeRequest(passage, body, known);
  } catch (error) {
    const cause = error instanceof Error ? error.stack : String(error);
    console.error('shield: the judgement failed', { requestId: passage.requestId, cause });
    return null;
  }
}

async function failJudging(passage: Passage, body: InspectedBody): Promise<End> {
  const { route, listed, address, snapshot } = passage;
  const failed = route.fail;
  const unknown = unjudged('log', `the judgement failed; route ${route.id} fails ${failed}`);
  const rate = noRate(passage, 0);
  if (failed === 'closed') return failClosed(passage, unknown, rate, body);
  const verdict = hardenVerdict(unknown, listed, address, snapshot.policy.thresholds);
  if (verdict.decision === 'challenge') {
    body.discard();
    return { verdict, outcome: 'challenge', rate, failed, response: challenge(passage.request, passage.requestId) };
  }
  const { response } = await sendOn(passage, verdict, body, null);
  return { verdict, outcome: 'log', rate, failed, response };
}

/** Rate and reputation side by side, then the decision. */
async function askActors(
  passage: Passage,
  judgement: Judgement,
  body: InspectedBody,
  known: number | null,
): Promise<End> {
  const { address, snapshot, request, requestId, route, listed } = passage;
  const limiting = Math.max(judgement.verdict.score, limitingScore(listed));
  const rating = rate(passage, limiting);
  const remembering = known === null && isRemembered(passage) ? remember(passage) : null;
  const waits = rating instanceof Promise || remembering !== null;
  const mayPass = judgement.verdict.decision !== 'challenge';
  const early = waits && mayPass && mayOverlap(passage) ? sendOn(passage, judgement.verdict, body, judgement) : null;
  const asked = waits ? Date.now() : 0;
  const [checked, remembered] = waits ? await Promise.all([rating, remembering]) : [rating, null];
  // The clock goes on only while a Worker waits (developers.cloudflare.com/workers/reference/security-model).
  const waitedMs = waits ? Date.now() - asked : 0;

  const unsure = judgement.verdict.waf.incomplete === true ? OVER_BUDGET : undefined;
  const failure = checked.kind === 'failed' ? `rate guardian: ${checked.failure}` : (remembered?.failure ?? unsure);
  const verdict =
    remembered?.score === undefined ? judgement.verdict : weighReputation(judgement, passage, remembered.score);
  const drop = () => {
    body.discard();
    if (early !== null) passage.later(early.then(({ response }) => response.body?.cancel()).catch(() => {}));
  };

  if (verdict.decision === 'block') {
    drop();
    return { ...blockRequest(passage, verdict, body), waitedMs };
  }
  if (checked.kind === 'refused') {
    drop();
    const isLowered = listed !== null && limiting > judgement.verdict.score;
    const why = isLowered ? `; ${describeListed(listed, address)}` : '';
    const reason = `more than ${checked.figures.limit} requests in ${route.windowSeconds} s on route ${route.id}${why}`;
    const response = refuse('rate-limited', request, requestId, checked.retryAfter);
    const own = isLowered ? ({ ...verdict, by: 'intelligence' } as const) : verdict;
    return { verdict: own, outcome: 'limit', reason, rate: checked.figures, waitedMs, response };
  }
  if (failure !== undefined) {
    console.error('shield: could not decide', { requestId, client: address.family, failure, seq: snapshot.seq });
    if (route.fail === 'closed') {
      drop();
      const reason = `${failure}; route ${route.id} fails closed`;
      return { ...failClosed(passage, { ...verdict, reason }, checked.figures, body), waitedMs };
    }
  }
  const failed = failure === undefined ? null : ('open' as const);
  const reason = failure === undefined ? verdict.reason : `${failure}; route ${route.id} fails open`;
  if (verdict.decision === 'challenge') {
    drop();
    const response = challenge(request, requestId);
    return { verdict, outcome: 'challenge', reason, rate: checked.figures, failed, waitedMs, response };
  }
  const sent = await (early ?? sendOn(passage, verdict, body, judgement));
  const { figures } = checked;
  if (sent.failed !== undefined) {
    const why = `the answer could not be judged; route ${route.id} fails ${sent.failed}`;
    const outcome = sent.failed === 'closed' ? 'block' : verdict.decision;
    return { verdict, outcome, reason: why, rate: figures, failed: sent.failed, waitedMs, response: sent.response };
  }
  if (sent.waf === undefined) {
    return { verdict, outcome: verdict.decision, reason, rate: figures, failed, waitedMs, response: sent.response };
  }
  const after = weighAnswer(verdict, sent.waf, snapshot);
  const told = failed === null ? after.reason : reason;
  return {
    verdict: after,
    outcome: after.decision,
    reason: told,
    rate: figures,
    failed,
    waitedMs,
    response: sent.response,
  };
}

function rate(passage: Passage, score: number): RateCheck | Promise<RateCheck> {
  const { address, route, snapshot, isolate, actors, later } = passage;
  // All Workers of all other zones share one address: no rate can be theirs.
  if (address.key === WORKER_CLIENT) return { kind: 'granted', figures: noRate(passage, score, route.limit) };
  const { deadlineMs } = snapshot.policy;
  const question = { route, client: address.key, score, seq: snapshot.seq, deadlineMs };
  return checkRate(question, isolate.leases, actors, later);
}

/** What is allowed answers for each request alone: its record would block it as surely as the entry that it is spared. */
function isRemembered({ address, snapshot }: Passage): boolean {
  if (!namesOneClient(address.key) || !isWatched(snapshot.watchlist, address.key)) return false;
  return !isAllowed(snapshot.threats, address);
}

interface Remembered {
  readonly score?: number;
  readonly failure?: string;
}

async function remember({ actors, address, snapshot, isolate }: Passage): Promise<Remembered> {
  const answer = await actors.look(address.key, snapshot.policy.deadlineMs);
  if (!answer.ok) return { failure: `reputation: ${answer.failure}` };
  isolate.reputations.set(address.key, answer.value.score, Date.now());
  return { score: answer.value.score };
}

/** A fetch that a refusal would undo must have no effect: safe methods alone (RFC 9110, section 9.2.1), and no sockets. */
function mayOverlap({ route, request }: Passage): boolean {
  const safe = request.method === 'GET' || request.method === 'HEAD';
  return route.overlap && safe && !request.headers.has('Upgrade');
}

function blockRequest(passage: Passage, verdict: Verdict, body: InspectedBody): End {
  body.discard();
  const response = refuse('blocked', passage.request, passage.requestId);
  return { verdict, outcome: 'block', rate: noRate(passage, verdict.score), response };
}

function failClosed(passage: Passage, verdict: Verdict, rate: RateFigures, body: InspectedBody): End {
  body.discard();
  const response = refuse('unavailable', passage.request, passage.requestId, RETRY_AFTER);
  return { verdict, outcome: 'block', rate, failed: 'closed', response };
}

/** Figures where nothing was counted. A refused request has nothing remaining. */
function noRate({ route }: Passage, score: number, remaining = 0): RateFigures {
  return { limit: effectiveLimit(route.limit, score), remaining, reset: 0 };
}
