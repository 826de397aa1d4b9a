import { readAddress } from '../../edge/reputation/client-key.ts';
import type { AllowEntry, ThreatLookup, ThreatPage, ThreatQuery, ThreatTable } from '../contracts.ts';
import type { Gathered } from './gather.ts';
import { lookUp } from './lookup.ts';
import { type MergedThreats, mergeThreats, toThreatTable } from './merge-threats.ts';
import { orderByScore, pageOf } from './threat-pages.ts';

/** One merge and what can be asked of it; another merge is another `Intelligence`. */
export class Intelligence {
  readonly merged: MergedThreats;
  readonly #gathered: Gathered;
  #order: Uint32Array | null = null;

  constructor(gathered: Gathered, now: number) {
    this.#gathered = gathered;
    this.merged = mergeThreats(gathered.sources, gathered.allowed, now);
  }

  page(query: ThreatQuery): ThreatPage {
    const { rows, sources, at } = this.merged;
    // Most merges are never paged through.
    this.#order ??= orderByScore(rows);
    return { ...pageOf(rows, this.#order, sources, query), at };
  }

  /** Null when `ip` is no address. A client key (`2001:db8::/64`) is understood too. */
  lookup(ip: string): ThreatLookup | null {
    const { family, high, low } = readAddress(ip.endsWith('/64') ? ip.slice(0, -3) : ip);
    if (family === 0) return null;
    const client = { family, high, low, prefix: family === 4 ? 32 : 64 } as const;
    return lookUp(ip, client, this.#gathered.sources, this.merged.allow, this.merged.at);
  }

  table(): ThreatTable {
    return toThreatTable(this.merged);
  }

  /** All entries as they were given, nested ones too. */
  allowlist(): readonly AllowEntry[] {
    return this.#gathered.allowed.map(({ entry }) => entry);
  }
}
