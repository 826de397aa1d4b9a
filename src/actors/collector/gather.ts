import { type AllowedRange, RESERVED } from './allow-set.ts';
import { FIRST_HAND } from './built-in-sources.ts';
import { ageOfListed, decay } from './decay.ts';
import { HOUR_MS, type IndicatorTable, LISTED } from './indicator-table.ts';
import type { NamedSource } from './lookup.ts';
import { MERGE_LIMIT } from './merge-tables.ts';
import { writePrefix } from './prefix.ts';
import type { Source } from './source-record.ts';

/** What a merge is made of. */
export interface Gathered {
  readonly sources: readonly NamedSource[];
  readonly allowed: readonly AllowedRange[];
}

/** Sorts what the sources that are on have into threats and labels on the one side, and what is spared on the other. */
export function gather(
  sources: readonly Source[],
  tableOf: (id: string) => IndicatorTable,
  operators: readonly AllowedRange[],
  now: number,
): Gathered {
  const on = sources.filter(({ settings }) => settings.enabled);
  // No more than there are bits, should a version come with more sources while others were added by hand.
  const named = on
    .filter(({ settings }) => settings.role !== 'allow')
    .slice(0, MERGE_LIMIT)
    .map((source) => nameSource(source, tableOf));
  const crawlers = on
    .filter(({ settings }) => settings.role === 'allow')
    .flatMap((source) => allowedBy(nameSource(source, tableOf), source.settings.name, now));
  return { sources: named, allowed: [...RESERVED, ...operators, ...crawlers] };
}

function nameSource({ settings, record }: Source, tableOf: (id: string) => IndicatorTable): NamedSource {
  const { id, role, family, weight, intervalSeconds, lifetimeSeconds } = settings;
  return {
    id,
    role,
    family,
    weight: role === 'label' ? 0 : weight,
    table: tableOf(id),
    heardAt: id === FIRST_HAND.id ? 0 : (record.lastSuccess ?? 0),
    intervalMs: intervalSeconds * 1000,
    lifetimeMs: lifetimeSeconds * 1000,
  };
}

/** What a list spares goes on being spared until its lifetime is over: to block a crawler does more harm than to spare one too many. */
function allowedBy({ table, heardAt, intervalMs, lifetimeMs }: NamedSource, name: string, now: number): AllowedRange[] {
  const ranges: AllowedRange[] = [];
  for (let row = 0; row < table.high.length; row += 1) {
    const listed = table.lastSeen[row] === LISTED;
    const age = listed ? ageOfListed(now, heardAt, intervalMs) : now - table.lastSeen[row]! * HOUR_MS;
    if (decay(age, lifetimeMs) === 0) continue;
    const family = row < table.ipv4 ? 4 : 6;
    const at = { family, high: table.high[row]!, low: table.low[row]!, prefix: table.prefix[row]! } as const;
    const range = writePrefix(family, at.high, at.low, at.prefix);
    ranges.push({ entry: { range, note: name, origin: 'crawler' }, at });
  }
  return ranges;
}
