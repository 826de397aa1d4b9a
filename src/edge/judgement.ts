import { hardenVerdict } from './address-verdict.ts';
import { NO_BODY, inspectBody, type InspectedBody } from './body-prefix.ts';
import { decodeBody, listCodings } from './decode-body.ts';
import { decide } from './decide.ts';
import { selectExclusions } from './exclusions/exclusions.ts';
import { conclude, examine, type Examination } from './judge.ts';
import type { Passage } from './passage.ts';
import { judgeAddress } from './reputation/judge-address.ts';
import type { Verdict, WafResult } from './verdict.ts';
import { buildRequestView, DEFAULT_VIEW_LIMITS, type ViewLimits } from './waf/request-view.ts';

/** A body that is small enough to be inspected whole, or that is no stream by its type, is waited for: sent drop by drop it would slip by uninspected. */
const WHOLE_BODY_WAIT_MS = 15_000;
/** Any other body without a declared length, or a long one, may be a stream that never ends: it moves on after this. */
const STREAM_WAIT_MS = 2000;

/** What applications read whole before they act: nobody streams these, so one that does not come is no loss. No type at all is read so too. */
const WHOLE_TYPES =
  /^\s*(?:$|application\/x-www-form-urlencoded|text\/plain|(?:application|text)\/(?:[\w.-]+\+)?(?:json|xml))\s*(?:;|$)/i;

const INSPECT_LIMIT_MIN = 1024;
const INSPECT_LIMIT_MAX = 8 * 1024 * 1024;

/** `INSPECT_BODY_LIMIT` in bytes; what cannot be read keeps the standard value, for a slip must not open the door. */
export function inspectLimit(setting: string | undefined): number {
  const limit = Number(setting);
  if (!Number.isInteger(limit) || limit <= 0) return DEFAULT_VIEW_LIMITS.bodyBytes;
  return Math.min(INSPECT_LIMIT_MAX, Math.max(INSPECT_LIMIT_MIN, limit));
}

/**
 * Reads as much of the body as will be inspected. GET and HEAD have none to speak of, and so
 * have WebSocket upgrades, which are GETs (RFC 6455, section 4.1). Null when it broke off.
 */
export async function readBody(passage: Passage): Promise<InspectedBody | null> {
  const { request, env } = passage;
  if (request.body === null || request.method === 'GET' || request.method === 'HEAD') return NO_BODY;
  const limit = inspectLimit(env.INSPECT_BODY_LIMIT);
  const length = declaredLength(request);
  const wait = isAwaitedWhole(request, limit) ? WHOLE_BODY_WAIT_MS : STREAM_WAIT_MS;
  const arrived = await inspectBody(request.body, limit, length, wait);
  const body = arrived === null || isInspectable(request) ? arrived : { ...arrived, unread: UNKNOWN_CHARSET };
  const codings = listCodings(request.headers.get('Content-Encoding'));
  return body === null || codings.length === 0 ? body : unpackPrefix(body, codings, limit);
}

const UNKNOWN_CHARSET = 'the charset of the body is not known here, so it was inspected as the bytes that came';

/** The charsets of the Encoding standard all leave ASCII legible to the rules; EBCDIC and UTF-7, which some servers still take, do not. */
function isInspectable(request: Request): boolean {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]{1,40})/i.exec(request.headers.get('Content-Type') ?? '')?.[1];
  if (charset === undefined || charset.toLowerCase() === 'utf-8') return true;
  try {
    return new TextDecoder(charset).encoding !== '';
  } catch {
    return false;
  }
}

/** The body as its reader will see it; sent on it is still as it came. */
async function unpackPrefix(body: InspectedBody, codings: readonly string[], limit: number): Promise<InspectedBody> {
  if (body.prefix === null || body.prefix.byteLength === 0) return body;
  const decoded = await decodeBody(body.prefix, codings, limit);
  return {
    ...body,
    prefix: decoded.bytes,
    truncated: body.truncated || decoded.truncated,
    unread: decoded.readable ? body.unread : 'the content coding of the body could not be undone to inspect it',
  };
}

/** True when a body that was to be inspected did not arrive in time. */
export function isOverdue(body: InspectedBody, { request, env }: Passage): boolean {
  return body.late && isAwaitedWhole(request, inspectLimit(env.INSPECT_BODY_LIMIT));
}

function isAwaitedWhole(request: Request, limit: number): boolean {
  const length = declaredLength(request);
  return (length !== null && length <= limit) || WHOLE_TYPES.test(request.headers.get('Content-Type') ?? '');
}

/** Null for a chunked body. */
function declaredLength(request: Request): number | null {
  const declared = request.headers.get('Content-Length');
  return declared !== null && /^\d{1,15}$/.test(declared) ? Number(declared) : null;
}

/** What rules and network say of the request, kept so that reputation can be weighed in later. */
export interface Judgement {
  readonly examination: Examination;
  readonly verdict: Verdict;
  /** See `InspectedBody`. */
  readonly unread: string | null;
}

/** Judges what can be judged without I/O. `remembered`: the client's decayed score, null when unknown. Throws only on a bug. */
export function judgeRequest(passage: Passage, body: InspectedBody, remembered: number | null): Judgement {
  const { request, requestId, snapshot, facts, env, now, route } = passage;
  // What came and what was unpacked from it may each fill the limit.
  const bodyBytes = Math.max(inspectLimit(env.INSPECT_BODY_LIMIT), body.prefix?.byteLength ?? 0);
  const limits: ViewLimits = { ...DEFAULT_VIEW_LIMITS, bodyBytes };
  const parts = {
    method: request.method,
    url: request.url,
    headers: request.headers,
    body: body.prefix,
    bodyTruncated: body.truncated,
    protocol: facts.httpProtocol,
    remoteAddress: facts.ip,
    uniqueId: requestId,
    country: facts.country,
  };
  const view = buildRequestView(parts, limits);
  const exclusions = selectExclusions(snapshot.exclusions, view, now);
  const wantsAnswer = route.responses ?? snapshot.policy.responses?.inspect ?? false;
  const examination = examine(view, facts, snapshot, exclusions, wantsAnswer);
  const verdict = concludeFor(passage, examination, remembered, body.unread);
  return { examination, verdict, unread: body.unread };
}

/** The same request, now that the client's reputation is known. */
export function weighReputation(judgement: Judgement, passage: Passage, remembered: number): Verdict {
  return concludeFor(passage, judgement.examination, remembered, judgement.unread);
}

function concludeFor(
  { facts, address, listed, snapshot }: Passage,
  examination: Examination,
  remembered: number | null,
  unread: string | null,
): Verdict {
  const reputation = judgeAddress(facts, address, remembered, listed?.score);
  const verdict = noteUnread(conclude(examination, reputation, snapshot), unread);
  return hardenVerdict(verdict, listed, address, snapshot.policy.thresholds);
}

/**
 * The verdict on the request, now that its answer was held against the rulesets too: what they found in both. An answer
 * cannot make a request worth a challenge, so all it can do is block or be told.
 */
export function weighAnswer(verdict: Verdict, waf: WafResult, { policy }: Passage['snapshot']): Verdict {
  if (waf.matches.length === verdict.waf.matches.length) return { ...verdict, waf };
  const { bot, reputation, score, features } = verdict;
  const after = decide({ waf, bot, reputation, score, features }, policy.thresholds);
  return after.decision === 'block' || verdict.decision === 'allow' ? after : { ...verdict, waf };
}

/** The operator should see that part of a body passed uninspected. */
function noteUnread(verdict: Verdict, reason: string | null): Verdict {
  return reason !== null && verdict.decision === 'allow' ? { ...verdict, decision: 'log', reason } : verdict;
}
