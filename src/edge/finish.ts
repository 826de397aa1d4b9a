import type { ThreatEvent } from '../actors/contracts.ts';
import { isRefusedByReputation } from './by-reputation.ts';
import { describeRequest, describeSystem } from './threat-event.ts';
import { evidenceOf } from './evidence.ts';
import type { Passage } from './passage.ts';
import { namesOneClient } from './reputation/client-key.ts';
import { markResponse, type RateFigures } from './response-marks.ts';
import type { Suspect } from './suspects.ts';
import { targetOf } from './origin-url.ts';
import { stoppingLayer } from './stopping-layer.ts';
import type { Outcome, Verdict } from './verdict.ts';

/** How a request ended. */
export interface End {
  readonly verdict: Verdict;
  readonly outcome: Outcome;
  /** Where it says more than the verdict's own. */
  readonly reason?: string;
  readonly rate: RateFigures;
  /** Set when an actor or the judgement failed and the route's policy decided. */
  readonly failed?: 'open' | 'closed' | null;
  /** The control plane answered an operator, or with a file of its page: not the site's traffic, and in no total. */
  readonly ownAnswer?: true;
  /** Milliseconds for which it waited for actors; absent: it did not. */
  readonly waitedMs?: number;
  readonly response: Response;
}

/** Puts the headers on and leaves the rest, telling and reloading, for after the response. */
export function finish(passage: Passage, end: End): Response {
  if (end.ownAnswer !== true) {
    observe(passage, end);
    tellSoon(passage);
  }
  const { isolate, env, now } = passage;
  if (isolate.loader.isDue(env, now)) passage.later(reload(passage));
  const { outcome, verdict, rate } = end;
  const marks = { requestId: passage.requestId, outcome, score: verdict.score, rate };
  return markResponse(end.response, marks, env.RESPONSE_HEADERS === 'minimal');
}

/** Brings the isolate's snapshot up to date; what goes wrong becomes an event. */
export async function reload(passage: Passage): Promise<void> {
  const { isolate, env, actors } = passage;
  const problem = await isolate.loader.load(env, actors);
  if (problem === null) return;
  console.error('snapshot: not reloaded, the old one stays in force', { problem });
  const { seq } = isolate.loader.current(env);
  isolate.telemetry.note(describeSystem(crypto.randomUUID(), 'error', `reload: ${problem}`, seq, Date.now()));
  await flush(passage);
}

function observe(passage: Passage, end: End): void {
  const { isolate, facts, route, address, now } = passage;
  const { verdict, outcome } = end;
  const failed = end.failed ?? null;
  const isEvent = (outcome !== 'allow' || failed !== null) && isNews(passage, end);
  const event = isEvent ? describe(passage, end) : null;
  const items = provesNothing(passage, end) ? [] : evidenceOf(verdict, outcome, now);
  const evidence = items.length === 0 ? null : { client: address.key, items };
  const { excluded } = verdict.waf;
  const stopped = stoppingLayer(verdict, outcome, failed);
  const isRuled = verdict.decision === 'block' && (verdict.by === 'rule' || verdict.by === 'anomaly');
  isolate.telemetry.observe({
    outcome,
    stopped,
    route: route.id,
    country: facts.country ?? '??',
    event,
    evidence,
    excluded,
    score: verdict.features === undefined ? null : verdict.score,
    ruled: isRuled,
    waitedMs: end.waitedMs ?? 0,
    suspect: outcome === 'allow' ? null : suspectOf(passage),
  });
}

/**
 * What the shield itself failed to do is no evidence against anybody; nor is a refusal for the evidence there is: reputation that
 * fed itself would never fade for a client that goes on asking.
 */
function provesNothing({ address, snapshot }: Passage, { verdict, outcome, failed }: End): boolean {
  if (failed === 'closed' || !namesOneClient(address.key)) return true;
  return outcome !== 'limit' && isRefusedByReputation(verdict, snapshot);
}

function suspectOf({ request, address, facts }: Passage): Suspect {
  // As spelled, not as `URL` resolves it.
  const path = targetOf(request.url).split('?', 1)[0] ?? '/';
  return { path, client: namesOneClient(address.key) ? address.key : null, asn: facts.asn };
}

function describe({ facts, route, listed, now, request, requestId, url, snapshot }: Passage, end: End): ThreatEvent {
  const { verdict, outcome, reason = verdict.reason, failed = null } = end;
  const { model, policy, seq } = snapshot;
  const judged = { verdict, model, thresholds: policy.thresholds, listed, outcome, reason, failed, seq };
  return describeRequest({ ...judged, requestId, request, facts, host: url.host, route: route.id, at: now });
}

/** Refusals that cost the shield nothing must not cost it an event each. */
function isNews({ isolate, address, route, now }: Passage, { outcome, verdict }: End): boolean {
  if (outcome !== 'limit' && verdict.by !== 'blocklist' && verdict.by !== 'intelligence') return true;
  return isolate.sampling.isNews(`${outcome} ${route.id} ${address.key}`, now);
}

function tellSoon(passage: Passage): void {
  const work = flush(passage);
  if (work !== null) passage.later(work);
}

function flush({ isolate, env, actors }: Passage): Promise<void> | null {
  return isolate.telemetry.flushSoon(actors, () => isolate.loader.current(env).seq, Date.now);
}
