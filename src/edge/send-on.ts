import { readAnswer, type InspectedAnswer } from './answer-prefix.ts';
import type { InspectedBody } from './body-prefix.ts';
import { weighAnswer, type Judgement } from './judgement.ts';
import type { Examination } from './judge.ts';
import { forwardToOrigin } from './origin.ts';
import { refuse } from './pages/refusal.ts';
import type { Passage } from './passage.ts';
import { answerLimits } from './policy.ts';
import { formatScore } from './response-marks.ts';
import type { Verdict, WafResult } from './verdict.ts';

/** Seconds after which a client may try again where the shield could not decide. */
const RETRY_AFTER = 5;

/** What came back, and what rules that look at answers made of it. */
export interface Sent {
  readonly response: Response;
  /** Set when the answer was inspected: what was found in request and answer. */
  readonly waf?: WafResult;
  /** Set when judging the answer failed: a bug, or a budget that was exceeded. */
  readonly failed?: 'open' | 'closed';
}

/**
 * Sends a request on to the origin. Where its judgement awaits the answer, that is held against the rules before any byte of it is
 * sent.
 */
export async function sendOn(
  passage: Passage,
  verdict: Verdict,
  body: InspectedBody,
  judgement: Judgement | null,
): Promise<Sent> {
  const { request, env, requestId } = passage;
  const onward = body.forward();
  passage.later(onward.done);
  const notes = { requestId, score: formatScore(verdict.score), decision: verdict.decision };
  try {
    const response = await forwardToOrigin(request, onward.body, env, notes);
    return judgement?.examination.awaitsAnswer === true
      ? await judgeAnswer(passage, judgement, response)
      : { response };
  } catch (error) {
    console.error('origin: unreachable', { requestId, cause: String(error) });
    return { response: refuse('bad-gateway', request, requestId) };
  }
}

/** Holds the answer's head and the first bytes of a text against the rules before any byte of it is sent on. */
async function judgeAnswer(passage: Passage, { examination, verdict }: Judgement, response: Response): Promise<Sent> {
  const { request, requestId, snapshot, route } = passage;
  const answer = await readAnswer(response, request.method, answerLimits(snapshot.policy));
  if (answer === null) throw new Error('the answer broke off');
  const sendAnswer = () => {
    const onward = answer.forward();
    passage.later(onward.done);
    return onward.response;
  };
  const waf = tryRespond(examination, response, answer, requestId);
  if (waf === null) {
    if (route.fail === 'open') return { response: sendAnswer(), failed: 'open' };
    answer.discard();
    return { response: refuse('unavailable', request, requestId, RETRY_AFTER), failed: 'closed' };
  }
  if (weighAnswer(verdict, waf, snapshot).decision !== 'block') return { response: sendAnswer(), waf };
  answer.discard();
  return { response: refuse('blocked', request, requestId), waf };
}

/** Null when judging failed, or left rules unsure that were sure of the request. */
function tryRespond(
  { inspection, waf }: Examination,
  { status, headers }: Response,
  { prefix }: InspectedAnswer,
  requestId: string,
): WafResult | null {
  try {
    const after = inspection.respond({ status, headers, body: prefix });
    if (after.incomplete !== true || waf.incomplete === true || after.blocking) return after;
    console.error('shield: a rule spent its budget on an answer', { requestId });
  } catch (error) {
    console.error('shield: judging the answer failed', { requestId, cause: String(error) });
  }
  return null;
}
