import type { EventClient, EventRule, ThreatEvent } from '../actors/contracts.ts';
import type { NetworkFacts } from './network.ts';
import { describeLayers, type Judged } from './event-layers.ts';
import { redactedExcerpt } from './excerpt.ts';
import { targetOf } from './origin-url.ts';
import { redactMatch, redactTarget, redactText, redactUserAgent } from './redact.ts';
import type { Outcome, RuleMatch } from './verdict.ts';

/** Rules and signals told in one event; a request that matches more is no more of an attack for it. */
const RULE_LIMIT = 20;
const SIGNAL_LIMIT = 20;

/** Of the rules that matched, so many are named; no honest ruleset has more to say about one request. */
const RULE_ID_LIMIT = 64;

const EXCLUSION_LIMIT = 20;

/** The first rules to match are the ones that people look at; an event has no room for the surroundings of more. */
const EXCERPT_LIMIT = 6;

export interface JudgedRequest extends Judged {
  readonly requestId: string;
  readonly request: Request;
  readonly facts: NetworkFacts;
  readonly host: string;
  readonly route: string;
  readonly outcome: Outcome;
  readonly reason: string;
  readonly failed: 'open' | 'closed' | null;
  readonly seq: number;
  /** Unix milliseconds. */
  readonly at: number;
}

/** The event of one request. Secrets are out of it before it exists. */
export function describeRequest(judged: JudgedRequest): ThreatEvent {
  const { request, verdict } = judged;
  return {
    id: judged.requestId,
    kind: 'request',
    at: judged.at,
    outcome: judged.outcome,
    reason: redactText(judged.reason),
    score: Number(verdict.score.toFixed(3)),
    client: describeClient(judged.facts),
    request: {
      method: request.method.slice(0, 32),
      host: judged.host.slice(0, 253),
      path: redactTarget(targetOf(request.url)),
      route: judged.route,
      userAgent: redactUserAgent(request.headers.get('User-Agent') ?? ''),
    },
    rules: verdict.waf.matches.slice(0, RULE_LIMIT).map((match, i) => describeMatch(match, i < EXCERPT_LIMIT)),
    ...(verdict.waf.matches.length > 0 && {
      ruleIds: verdict.waf.matches.slice(0, RULE_ID_LIMIT).map(({ id }) => id),
    }),
    ...(verdict.waf.excluded !== undefined && { excluded: verdict.waf.excluded.slice(0, EXCLUSION_LIMIT) }),
    bot: { score: verdict.bot.score, signals: verdict.bot.signals.slice(0, SIGNAL_LIMIT) },
    reputation: { score: verdict.reputation.score, signals: verdict.reputation.signals.slice(0, SIGNAL_LIMIT) },
    ...(judged.failed !== null && { failed: judged.failed }),
    ...describeLayers(judged),
    seq: judged.seq,
  };
}

function describeMatch(match: RuleMatch, excerpts: boolean): EventRule {
  const { id, name, category, severity, score, paranoia, ruleset, mode, transformations, decoded, raw, values } = match;
  return {
    id,
    name,
    category,
    severity,
    score,
    paranoia,
    ...(ruleset !== undefined && { ruleset }),
    ...(mode !== undefined && { mode }),
    location: redactText(match.location).slice(0, 120),
    matched: redactMatch(match.location, match.matched),
    ...(transformations.length > 0 && { transformations }),
    decoded: [decoded.start, decoded.end],
    ...(raw !== null && { raw: [raw.start, raw.end] as const }),
    ...(values > 1 && { values }),
    ...(excerpts && describeExcerpts(match)),
  };
}

function describeExcerpts({
  location,
  text,
  rawText,
  decoded,
  raw,
}: RuleMatch): Pick<EventRule, 'decodedExcerpt' | 'rawExcerpt'> {
  const decodedExcerpt = redactedExcerpt(location, text, decoded);
  if (decodedExcerpt === undefined) return {};
  const isSame = rawText === text && raw?.start === decoded.start && raw.end === decoded.end;
  const rawExcerpt = isSame || rawText === null || raw === null ? undefined : redactedExcerpt(location, rawText, raw);
  return { decodedExcerpt, ...(rawExcerpt !== undefined && { rawExcerpt }) };
}

/** An event about the shield itself. */
export function describeSystem(
  id: string,
  outcome: 'notice' | 'error',
  reason: string,
  seq: number,
  at: number,
): ThreatEvent {
  return { id, kind: 'system', at, outcome, reason: reason.slice(0, 500), seq };
}

function describeClient(facts: NetworkFacts): EventClient {
  const { ip, country, city, asn, organization, latitude, longitude, colo } = facts;
  return {
    ip: ip.slice(0, 45),
    ...(country !== undefined && { country }),
    ...(city !== undefined && { city }),
    ...(asn !== undefined && { asn }),
    ...(organization !== undefined && { organization }),
    ...(latitude !== undefined && { latitude }),
    ...(longitude !== undefined && { longitude }),
    ...(colo !== undefined && { colo }),
  };
}
