import type { Category, Rule, Severity, Transformation } from '../../rules/schema.ts';
import type { Span } from './waf/transformations/locate.ts';

/** What the shield does with a request for what it is. A rate refusal (`limit`) is about how many, not about what: see Outcome. */
export type Decision = 'allow' | 'log' | 'challenge' | 'block';

/** What happened to a request in the end: as `X-EdgeShield-Decision`, events and totals tell it. */
export type Outcome = Decision | 'limit';

/** What kept a request from the origin, in the order in which they are asked. */
export type StoppingLayer = 'blocklist' | 'intelligence' | 'rules' | 'score' | 'rate_limit' | 'failed_closed';

/** A rule that matched, where, and on which text. */
export interface RuleMatch {
  readonly id: string;
  readonly name: string;
  readonly category: Category;
  readonly severity: Severity;
  readonly score: number;
  readonly action: Rule['action'];
  readonly tags: readonly string[];
  /** CRS paranoia level, 1 to 4. */
  readonly paranoia: number;
  /** As CRS names it: `ARGS:q`, `REQUEST_HEADERS:User-Agent`. */
  readonly location: string;
  /** The matched bytes after transformation, at most 200 characters, unredacted. */
  readonly matched: string;
  /** Where the match stands in the value after all transformations, however long it is. */
  readonly decoded: Span;
  /** And in the value as it came; null where what matched is no value of the request (a count, a TX variable). */
  readonly raw: Span | null;
  /** The value after all transformations and as it came, whole and unredacted: for excerpts, and never told as they are. */
  readonly text: string;
  readonly rawText: string | null;
  /** What was done to the value before it matched. */
  readonly transformations: readonly Transformation[];
  /** How many values matched; the place is that of the first. */
  readonly values: number;
  /** The name under which its ruleset is in force. */
  readonly ruleset?: string;
  /** Absent: the rule acted as it says. `weigh`: the network was told of it. `detect`: it was told and did nothing. */
  readonly mode?: 'weigh' | 'detect';
}

export interface WafResult {
  /** Of every ruleset, those that block first. */
  readonly matches: readonly RuleMatch[];
  /** Sum of the scores of the rules that matched and may block; 100 or more blocks. */
  readonly score: number;
  /** A rule with action `block` matched, and may. */
  readonly blocking: boolean;
  /** A budget was spent: that the other rules did not match is only a guess. */
  readonly incomplete?: true;
  /** What the rulesets in mode `weigh` found. */
  readonly evidence?: WafEvidence;
  /** Ids of the exclusions that kept a match away. */
  readonly excluded?: readonly string[];
}

/** Matches that do not block by themselves, weighed as CRS weighs them, whatever scores their ruleset gives. */
export interface WafEvidence {
  /** Anomaly score: 5 points for each rule of severity critical that matched, 4 error, 3 warning, 2 notice. */
  readonly score: number;
  /** The same by category. */
  readonly categories: Readonly<Partial<Record<Category, number>>>;
}

/** One named reason for a layer's score. `weight` is what it contributed, 0 to 1. */
export interface Signal {
  readonly name: string;
  readonly weight: number;
}

export interface BotResult {
  /** 0 a person's browser, 1 surely an attack tool. */
  readonly score: number;
  readonly signals: readonly Signal[];
}

export interface ReputationResult {
  /** 0 nothing known against the address, 1 the worst. */
  readonly score: number;
  readonly signals: readonly Signal[];
}

export interface Verdict {
  readonly decision: Decision;
  /** The whole score, 0 to 1. */
  readonly score: number;
  /** Which layer decided. */
  readonly by: 'blocklist' | 'intelligence' | 'rule' | 'anomaly' | 'score' | 'none';
  /** Why, in plain words, for the operator. */
  readonly reason: string;
  readonly waf: WafResult;
  readonly bot: BotResult;
  readonly reputation: ReputationResult;
  /** The network's inputs; absent: the request's content was not judged. */
  readonly features?: Float64Array | undefined;
}
