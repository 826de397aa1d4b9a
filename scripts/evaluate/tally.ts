import type { LabelledRequest } from '../../model/labelled-request.ts';
import { sourceOf } from '../../model/labelled-request.ts';
import { areaUnderRoc, truePositiveRateAt } from '../../model/metrics.ts';
import { ANOMALY_BLOCK } from '../../src/edge/decide.ts';
import type { Decision, Verdict } from '../../src/edge/verdict.ts';

/** Requests of one kind by what was decided on them; the layers tell what rules and score would have refused alone. */
export interface Shares {
  n: number;
  block: number;
  challenge: number;
  log: number;
  allow: number;
  /** Refused by the rules in question alone, were they to block. */
  rules: number;
  /** Challenged or blocked by the score alone. */
  score: number;
}

export interface Report {
  readonly rows: number;
  readonly auc: number | null;
  readonly tprAtFpr: { readonly '0.001': number | null; readonly '0.01': number | null };
  readonly decision: { readonly attack: Shares; readonly benign: Shares };
  readonly byCategory: Readonly<Record<string, Shares>>;
  readonly bySource: Readonly<Record<string, Shares>>;
  readonly rules: { readonly tpr: number | null; readonly fpr: number | null };
}

function emptyShares(): Shares {
  return { n: 0, block: 0, challenge: 0, log: 0, allow: 0, rules: 0, score: 0 };
}

/** Counts verdicts against labels. */
export class Tally {
  readonly #scores: Record<LabelledRequest['label'], number[]> = { attack: [], benign: [] };
  readonly #decision = { attack: emptyShares(), benign: emptyShares() };
  readonly #byCategory = new Map<string, Shares>();
  readonly #bySource = new Map<string, Shares>();
  readonly #challengeAt: number;
  readonly #rulesets: readonly string[];

  /** `challengeAt`: the score from which on the policy challenges. `rulesets`: names of those that are asked alone, whatever their mode. */
  constructor(challengeAt: number, rulesets: readonly string[]) {
    this.#challengeAt = challengeAt;
    this.#rulesets = rulesets;
  }

  add(request: LabelledRequest, verdict: Verdict): void {
    this.#scores[request.label].push(verdict.score);
    const rules = refuseAlone(verdict, this.#rulesets);
    const score = verdict.score >= this.#challengeAt;
    count(this.#decision[request.label], verdict.decision, rules, score);
    count(sharesOf(this.#byCategory, request.category), verdict.decision, rules, score);
    count(sharesOf(this.#bySource, sourceOf(request)), verdict.decision, rules, score);
  }

  report(): Report {
    const { attack, benign } = this.#decision;
    const tprAt = (rate: number) => finite(truePositiveRateAt(this.#scores.attack, this.#scores.benign, rate));
    return {
      rows: attack.n + benign.n,
      auc: finite(areaUnderRoc(this.#scores.attack, this.#scores.benign)),
      tprAtFpr: { '0.001': tprAt(0.001), '0.01': tprAt(0.01) },
      decision: this.#decision,
      byCategory: sorted(this.#byCategory),
      bySource: sorted(this.#bySource),
      rules: { tpr: finite(attack.rules / attack.n), fpr: finite(benign.rules / benign.n) },
    };
  }
}

function refuseAlone({ waf }: Verdict, rulesets: readonly string[]): boolean {
  const own = waf.matches.filter(({ ruleset }) => rulesets.includes(ruleset ?? ''));
  return (
    own.some(({ action }) => action === 'block') || own.reduce((sum, { score }) => sum + score, 0) >= ANOMALY_BLOCK
  );
}

function count(shares: Shares, decision: Decision, rules: boolean, score: boolean): void {
  shares.n++;
  shares[decision]++;
  if (rules) shares.rules++;
  if (score) shares.score++;
}

function sharesOf(groups: Map<string, Shares>, name: string): Shares {
  let shares = groups.get(name);
  if (shares === undefined) groups.set(name, (shares = emptyShares()));
  return shares;
}

function sorted(groups: ReadonlyMap<string, Shares>): Record<string, Shares> {
  return Object.fromEntries([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** JSON knows no NaN: a file with one label alone has no rates. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
