import { readAllowRange } from '../../edge/reputation/allow-range.ts';
import { respond, TIERS } from '../../edge/reputation/graduated-response.ts';
import { covers, parseRange, type Range } from '../../edge/reputation/range.ts';
import { type Env, SINGLETON } from '../../env.ts';
import type { BlockEntry, CheckResult, ThreatLookup } from '../contracts.ts';
import { explainCheck } from './describe-check.ts';
import type { FactStore } from './facts.ts';
import { findAddress, scoreOf, sourcesOf } from './find-address.ts';
import type { ListDesk } from './list-desk.ts';
import { textAt } from './range-columns.ts';
import type { ThreatDesk } from './threat-desk.ts';
import { takeReply, withDeadline } from './with-deadline.ts';

/** Who does not answer in this time is not waited for: the rest is told. */
const LOOKUP_MS = 5000;

/** All that is known of one address: what the sources say, what was decided, and where that is enforced. */
export class CheckDesk {
  readonly #env: Env;
  readonly #facts: FactStore;
  readonly #threats: ThreatDesk;
  readonly #lists: ListDesk;
  readonly #report: (during: string, error: unknown) => string;

  constructor(
    env: Env,
    facts: FactStore,
    threats: ThreatDesk,
    lists: ListDesk,
    report: (during: string, error: unknown) => string,
  ) {
    this.#env = env;
    this.#facts = facts;
    this.#threats = threats;
    this.#lists = lists;
    this.#report = report;
  }

  /** Null when `ip` is no address. */
  async check(ip: string): Promise<CheckResult | null> {
    const parsed = parseRange(ip);
    if (!parsed.ok) return null;
    const { range } = parsed;
    const [lookup, blocklist] = await Promise.all([this.#lookUp(ip), this.#findBlock(range)]);
    const { judgement, rules } = this.#threats;
    const row = judgement === null ? -1 : findAddress(judgement, ip);
    const known = judgement !== null && row >= 0 ? judgement : null;
    const allowed = lookup?.allowed ?? judgement?.allow.find((entry) => holds(entry.range, range)) ?? null;
    const score = allowed === null ? (lookup?.score ?? (known === null ? 0 : scoreOf(known, row))) : 0;
    const judged = known === null ? null : (TIERS[known.tier[row]!] ?? null);
    const tier = allowed === null ? (judged ?? respond(score, {}, rules)) : 'log_only';
    const origin = this.#facts.get('released')?.origin ?? 'none';
    const enforced = {
      edge: origin !== 'none' && allowed === null ? judged : null,
      lists: this.#lists.find(ip),
      blocklist,
    };
    const why = explainCheck({
      ...enforced,
      score,
      tier,
      range: known === null ? (lookup?.range ?? null) : textAt(known, row),
      sources: known === null ? (lookup?.sources.map(({ id }) => id) ?? []) : sourcesOf(known, row),
      allowed,
      origin,
      killSwitch: this.#facts.get('killSwitch') === true,
      rules,
    });
    return { ip, score, tier, sources: lookup?.sources ?? [], allowed, enforced, why, origin };
  }

  async #lookUp(ip: string): Promise<ThreatLookup | null> {
    try {
      return await takeReply(this.#env.INTELLIGENCE_COLLECTOR.lookup(ip), LOOKUP_MS);
    } catch (error) {
      this.#report('look up', error);
      return null;
    }
  }

  async #findBlock(range: Range): Promise<BlockEntry | null> {
    try {
      const entries = await withDeadline(this.#env.REGISTRY.getByName(SINGLETON).blocklist(), LOOKUP_MS);
      return entries.find((entry) => holds(entry.range, range)) ?? null;
    } catch (error) {
      this.#report('read the blocklist', error);
      return null;
    }
  }
}

function holds(text: string, range: Range): boolean {
  const outer = readAllowRange(text);
  return outer !== null && covers(outer, range);
}
