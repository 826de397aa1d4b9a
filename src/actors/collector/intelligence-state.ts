import type { IntelligenceStatus } from '../contracts.ts';
import { FIRST_HAND } from './built-in-sources.ts';
import { healthOf, type Source } from './source-record.ts';

/**
 * `down`: no threat source that is on has a copy. `degraded`: one of them is not well, or all copies are older than their lifetime. Labels
 * and crawlers' lists are not counted: what they say holds for a month. Nor is the shield's own evidence: without it nothing is amiss, and
 * it alone does not make the collector well.
 */
export function stateOf(sources: readonly Source[], now: number): IntelligenceStatus['state'] {
  const on = sources.filter(
    ({ settings }) => settings.enabled && settings.role === 'threat' && settings.id !== FIRST_HAND.id,
  );
  const copies = on.filter(({ record }) => record.lastSuccess !== null);
  if (copies.length === 0) return 'down';
  const fresh = copies.some(
    ({ settings, record }) => now - (record.lastSuccess ?? 0) < settings.lifetimeSeconds * 1000,
  );
  const well = on.every((source) => !['suspect', 'failing'].includes(healthOf(source)));
  return fresh && well ? 'ok' : 'degraded';
}
