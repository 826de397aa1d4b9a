import type { ThreatLookup, ThreatSource } from '../contracts.ts';
import { type AllowSet, findAllowed } from './allow-set.ts';
import { ageOfListed, decay } from './decay.ts';
import { HOUR_MS, LISTED, rowsAround } from './indicator-table.ts';
import type { MergeSource } from './merge-tables.ts';
import { noisyOr, SCORE_UNIT, toScoreUnits } from './noisy-or.ts';
import { type Prefix, writePrefix } from './prefix.ts';

/** A source of the merge, with its name. */
export interface NamedSource extends MergeSource {
  readonly id: string;
  readonly role: ThreatSource['role'];
}

/**
 * Everything that is known of one client, as the merge counts it: what each source says (of a source's nested ranges the one that weighs
 * most), what it adds up to, and whether it is spared. `now`: Unix milliseconds.
 */
export function lookUp(
  ip: string,
  client: Prefix,
  sources: readonly NamedSource[],
  allow: AllowSet,
  now: number,
): ThreatLookup {
  const found = sources.flatMap((source) => strongest(source, client, now) ?? []);
  const allowed = findAllowed(allow, client);
  const families = new Map<string, number>();
  for (const { family, contribution } of found) families.set(family, Math.max(families.get(family) ?? 0, contribution));
  const score = allowed === null ? toScoreUnits(noisyOr(families.values())) / SCORE_UNIT : 0;
  const narrowest = narrowestOf(found.filter(({ contribution }) => contribution > 0));
  return {
    ip,
    score,
    range: narrowest?.range ?? null,
    allowed,
    sources: found.toSorted((a, b) => b.contribution - a.contribution),
  };
}

function strongest(source: NamedSource, client: Prefix, now: number): ThreatSource | null {
  let best: ThreatSource | null = null;
  for (const row of rowsAround(source.table, client)) {
    const said = describeRow(source, client.family, row, now);
    if (best === null || said.contribution >= best.contribution) best = said;
  }
  return best;
}

function describeRow(source: NamedSource, family: 4 | 6, row: number, now: number): ThreatSource {
  const { table, heardAt, intervalMs, lifetimeMs, id, role, weight } = source;
  const listed = table.lastSeen[row] === LISTED;
  const lastSeen = listed ? heardAt : table.lastSeen[row]! * HOUR_MS;
  const left = decay(listed ? ageOfListed(now, heardAt, intervalMs) : now - lastSeen, lifetimeMs);
  const confidence = table.confidence[row]! / 255;
  return {
    id,
    family: source.family,
    role,
    range: writePrefix(family, table.high[row]!, table.low[row]!, table.prefix[row]!),
    weight,
    confidence,
    decay: left,
    contribution: weight * confidence * left,
    firstSeen: table.firstSeen[row]! * HOUR_MS,
    lastSeen: Math.floor(lastSeen / HOUR_MS) * HOUR_MS,
  };
}

function narrowestOf(sources: readonly ThreatSource[]): ThreatSource | null {
  return sources.reduce<ThreatSource | null>(
    (best, source) => (best === null || lengthOf(source) > lengthOf(best) ? source : best),
    null,
  );
}

function lengthOf({ range }: ThreatSource): number {
  const slash = range.indexOf('/');
  return slash < 0 ? 32 : Number(range.slice(slash + 1));
}
