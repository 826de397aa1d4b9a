import type { Policy } from './policy.ts';
import type { BotResult, Decision, ReputationResult, RuleMatch, Verdict, WafResult } from './verdict.ts';

/** Anomaly score from which on a request is blocked, whatever the actions of the rules that added it up. */
export const ANOMALY_BLOCK = 100;

/** What every layer found out about one request. */
export interface Findings {
  readonly waf: WafResult;
  readonly bot: BotResult;
  readonly reputation: ReputationResult;
  /** The network's word, 0 to 1. */
  readonly score: number;
  /** What it was told. */
  readonly features?: Float64Array | undefined;
}

/**
 * The whole score: the network's, unless the rules block by themselves. Then the rules carry it to the block threshold, and the
 * network says how far beyond, so that score and decision never contradict each other, and more evidence never lowers either.
 */
function wholeScore({ waf, score }: Findings, blockAt: number): number {
  return waf.blocking || waf.score >= ANOMALY_BLOCK ? blockAt + (1 - blockAt) * score : score;
}

/**
 * The last judgement. A blocking rule or a full anomaly score blocks by itself; otherwise the score is held against the
 * policy's thresholds, and a match of a rule that only logs makes an otherwise clean request a logged one.
 */
export function decide(found: Findings, thresholds: Policy['thresholds']): Verdict {
  const findings = { ...found, score: wholeScore(found, thresholds.block) };
  const { waf, score } = findings;
  if (waf.blocking) {
    const rule = waf.matches.find((match) => match.action === 'block' && match.mode === undefined);
    if (rule !== undefined && isTally(rule.location)) {
      return verdict(findings, 'block', 'anomaly', describeTally(rule, waf.matches));
    }
    return verdict(findings, 'block', 'rule', rule === undefined ? 'a blocking rule matched' : describe(rule));
  }
  if (waf.score >= ANOMALY_BLOCK) {
    const ids = waf.matches
      .filter((match) => match.score > 0 && match.mode === undefined)
      .map((match) => match.id)
      .join(', ');
    return verdict(
      findings,
      'block',
      'anomaly',
      `the rules ${ids} add up to ${waf.score}, and ${ANOMALY_BLOCK} blocks`,
    );
  }
  if (score >= thresholds.block) {
    return verdict(findings, 'block', 'score', explain(findings, 'block', thresholds.block));
  }
  if (score >= thresholds.challenge) {
    return verdict(findings, 'challenge', 'score', explain(findings, 'challenge', thresholds.challenge));
  }
  if (score >= thresholds.log) {
    return verdict(findings, 'log', 'score', explain(findings, 'log', thresholds.log));
  }
  const logged = waf.matches[0];
  if (logged !== undefined) return verdict(findings, 'log', 'rule', describe(logged));
  return verdict(findings, 'allow', 'none', 'nothing found against it');
}

function verdict(findings: Findings, decision: Decision, by: Verdict['by'], reason: string): Verdict {
  return {
    decision,
    score: findings.score,
    by,
    reason,
    waf: findings.waf,
    bot: findings.bot,
    reputation: findings.reputation,
    features: findings.features,
  };
}

function describe({ id, name, location, ruleset, mode }: RuleMatch): string {
  const whose = mode === undefined ? '' : ` of ${ruleset ?? 'a ruleset'}, which does not block,`;
  return `rule ${id} (${name})${whose} matched in ${location}`;
}

/** Whether a rule matched on what other rules added up in a TX variable, or reports it on no condition, and not on the request. */
export function isTally(location: string): boolean {
  return location === 'TX' || location.startsWith('TX:');
}

/** CRS adds up in a variable and blocks in a rule of its own, which by itself tells nobody why. */
function describeTally({ id, ruleset, matched }: RuleMatch, matches: readonly RuleMatch[]): string {
  const adding = matches.filter((match) => match.ruleset === ruleset && !isTally(match.location));
  const ids = adding.slice(0, 12).map((match) => match.id);
  const more = adding.length > ids.length ? ` and ${adding.length - ids.length} more` : '';
  const whose = ruleset === undefined ? '' : ` of ${ruleset}`;
  // A sum is told; any other text that a rule put by may be a visitor's secret.
  const sum = /^\d{1,9}$/.test(matched) ? `add up to ${matched}` : 'led up to it';
  return `the rules ${ids.join(', ')}${more}${whose} ${sum}, and rule ${id} blocks`;
}

/** `score 0.912 is at or above the block threshold 0.8: bot scanner_user_agent, rule scanner-001`. */
function explain({ waf, bot, reputation, score }: Findings, name: string, threshold: number): string {
  const causes: string[] = [];
  for (const match of waf.matches) if (match.mode !== 'detect') causes.push(`rule ${match.id}`);
  for (const signal of bot.signals) if (signal.weight >= NOTABLE) causes.push(`bot ${signal.name}`);
  for (const signal of reputation.signals) if (signal.weight >= NOTABLE) causes.push(`address ${signal.name}`);
  if (causes.length === 0) causes.push('its content reads like an attack');
  return `score ${score.toFixed(3)} is at or above the ${name} threshold ${threshold}: ${causes.slice(0, 6).join(', ')}`;
}

/** Signals weaker than this are kept as evidence but not named in the sentence a person reads. */
const NOTABLE = 0.2;
