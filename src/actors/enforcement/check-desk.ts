import { readAllowRange } from '../../edge/reputation/allow-range.ts';
import { respond, TIERS } from '../../edge/reputation/graduated-response.ts';
import { covers, parseRange, type Range } from '../../edge/reputation/range.ts';
import { type Env, SINGLETON } from '../../env.ts';
import type { AllowEntry, BlockEntry, CheckedNetwork, CheckResult, ThreatLookup } from '../contracts.ts';
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

  /** Null when `ip` is no address. `asn`: the network it is in, where the asker knows. */
  async check(ip: string, asn?: number): Promise<CheckResult | null> {
    const parsed = parseRange(ip);
    if (!parsed.ok) return null;
    const { range } = parsed;
    const [lookup, blocked, network] = await Promise.all([
      this.#lookUp(ip),
      this.#readBlocklist(),
      asn === undefined ? this.#findNetwork(ip) : { asn, from: 'asked' as const },
    ]);
    const { judgement, rules } = this.#threats;
    const row = judgement === null ? -1 : findAddress(judgement, ip);
    const known = judgement !== null && row >= 0 ? judgement : null;
    const allowed = lookup?.allowed ?? judgement?.allow.find((entry) => holds(entry.range, range)) ?? null;
    const blocklist = findEntry(blocked, range, network.asn, allowed);
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
      network,
      networksBlocked: blocked.filter((entry) => isNetwork(entry)).length,
      origin,
      killSwitch: this.#facts.get('killSwitch') === true,
      rules,
    });
    return { ip, score, tier, sources: lookup?.sources ?? [], allowed, network, enforced, why, origin };
  }

  async #lookUp(ip: string): Promise<ThreatLookup | null> {
    try {
      return await takeReply(this.#env.INTELLIGENCE_COLLECTOR.lookup(ip), LOOKUP_MS);
    } catch (error) {
      this.#report('look up', error);
      return null;
    }
  }

  async #readBlocklist(): Promise<readonly BlockEntry[]> {
    try {
      return await withDeadline(this.#env.REGISTRY.getByName(SINGLETON).blocklist(), LOOKUP_MS);
    } catch (error) {
      this.#report('read the blocklist', error);
      return [];
    }
  }

  /** Cloudflare tells the network of a client with each request, and of an address that sends none nobody tells it here. */
  async #findNetwork(ip: string): Promise<CheckedNetwork> {
    try {
      const bus = this.#env.THREAT_BUS.getByName(SINGLETON);
      const [last] = await withDeadline(bus.events({ ip, limit: 1 }), LOOKUP_MS);
      const asn = last?.client?.asn;
      return asn === undefined ? UNKNOWN : { asn, from: 'events' };
    } catch (error) {
      this.#report('look for the network', error);
      return UNKNOWN;
    }
  }
}

const UNKNOWN: CheckedNetwork = { asn: null, from: 'unknown' };

/** As the edge finds it: an address before its network, and of an allowed one only what a person has set. */
function findEntry(
  blocked: readonly BlockEntry[],
  range: Range,
  asn: number | null,
  allowed: AllowEntry | null,
): BlockEntry | null {
  const heeded = allowed === null ? blocked : blocked.filter(({ source }) => source !== 'reputation');
  return (
    heeded.find((entry) => holds(entry.range, range)) ??
    (asn === null ? undefined : heeded.find((entry) => entry.range === `AS${asn}`)) ??
    null
  );
}

function isNetwork({ range }: BlockEntry): boolean {
  return range.startsWith('AS');
}

function holds(text: string, range: Range): boolean {
  const outer = readAllowRange(text);
  return outer !== null && covers(outer, range);
}
