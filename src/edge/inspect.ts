import type { ActiveRuleset } from './active-rulesets.ts';
import type { RequestExclusions } from './exclusions/exclusions.ts';
import { isTally } from './decide.ts';
import type { Severity } from '../../rules/schema.ts';
import type { RuleMatch, WafEvidence, WafResult } from './verdict.ts';
import { hasResponseRules } from './waf/compile.ts';
import { evaluateRequest } from './waf/evaluate.ts';
import type { RequestView } from './waf/request-view.ts';
import type { ResponseParts } from './waf/response-view.ts';
import type { Transaction } from './waf/transaction.ts';

const NOTHING: WafResult = { matches: [], score: 0, blocking: false };

/**
 * One request held against every active ruleset, less what the exclusions take out; and, where it is wanted, its answer. Only
 * rulesets in mode `block` add to the anomaly score and block; those that weigh tell their score apart, as evidence; those that
 * detect are told and no more.
 */
export class Inspection {
  readonly #rulesets: readonly ActiveRuleset[];
  readonly #exclusions: RequestExclusions | null;
  readonly #transactions: readonly Transaction[];

  constructor(rulesets: readonly ActiveRuleset[], view: RequestView, exclusions: RequestExclusions | null = null) {
    this.#rulesets = rulesets;
    this.#exclusions = exclusions;
    this.#transactions = rulesets.map(({ name, mode, ruleset, paranoia, detectionOnly }) =>
      evaluateRequest(ruleset, view, {
        mode: mode === 'detect' ? mode : 'on',
        paranoia,
        detectionOnly,
        exclusions: exclusions?.of(name),
      }),
    );
  }

  /** What was found so far. */
  get result(): WafResult {
    let result = NOTHING;
    for (const [at, transaction] of this.#transactions.entries()) {
      const found = transaction.result;
      const active = this.#rulesets[at]!;
      if (found.matches.length > 0) result = join(result, found, active);
      // What could not have blocked need not be known for certain.
      if (found.incomplete === true && active.mode === 'block') result = { ...result, incomplete: true };
    }
    const hits = this.#exclusions?.hits;
    return hits === undefined || hits.size === 0 ? result : { ...result, excluded: [...hits] };
  }

  /** Whether any ruleset has something to say about answers. */
  get looksAtAnswers(): boolean {
    return this.#rulesets.some(({ ruleset }) => hasResponseRules(ruleset));
  }

  /** Lets rules say what they have to say when all is over (phase 5). Nothing blocks any more. */
  finish(): void {
    for (const transaction of this.#transactions) transaction.finish();
  }

  /** Holds the answer against the rulesets that look at answers, and tells what was found in request and answer together. */
  respond(answer: ResponseParts): WafResult {
    for (const [at, transaction] of this.#transactions.entries()) {
      if (hasResponseRules(this.#rulesets[at]!.ruleset)) transaction.respond(answer);
    }
    this.finish();
    return this.result;
  }
}

function join(before: WafResult, found: WafResult, { name, mode }: ActiveRuleset): WafResult {
  const weighs = mode === 'weigh';
  const own = found.matches.map((match): RuleMatch => {
    return weighs && match.mode === undefined ? { ...match, ruleset: name, mode } : { ...match, ruleset: name };
  });
  const matches = before.matches.length === 0 ? own : [...before.matches, ...own];
  if (weighs) return { ...before, matches, evidence: addEvidence(before.evidence, own) };
  return { ...before, matches, score: before.score + found.score, blocking: before.blocking || found.blocking };
}

/** CRS (crs-setup.conf): what a match of each severity adds to the anomaly score. */
const POINTS: Readonly<Record<Severity, number>> = { critical: 5, error: 4, warning: 3, notice: 2 };

function addEvidence(before: WafEvidence | undefined, matches: readonly RuleMatch[]): WafEvidence {
  const categories: Record<string, number> = { ...before?.categories };
  let score = before?.score ?? 0;
  for (const { mode, location, category, severity } of matches) {
    // A rule that looks at what others added up would count them twice.
    if (mode !== 'weigh' || isTally(location)) continue;
    categories[category] = (categories[category] ?? 0) + POINTS[severity];
    score += POINTS[severity];
  }
  return { score, categories };
}
