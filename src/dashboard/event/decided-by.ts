import type { EventLayers, EventRule, NumberedEvent } from '../../actors/contracts.ts';

export type DecidedBy = EventLayers['by'];

const REASONS: readonly (readonly [RegExp, DecidedBy])[] = [
  [/ is on the blocklist: /, 'blocklist'],
  [/ is a known threat \(score /, 'intelligence'],
  [/^the rules .* (?:blocks|and rule \S+ blocks)$/, 'anomaly'],
  [/^rule \S+ \(/, 'rule'],
  [/^a blocking rule matched$/, 'rule'],
  [/^score [\d.]+ is at or above /, 'score'],
];

/** The layer that decided. Of a request whose content was not judged an event has no layers, but its reason tells. */
export function decidedBy({ layers, reason }: Pick<NumberedEvent, 'layers' | 'reason'>): DecidedBy {
  return layers?.by ?? REASONS.find(([pattern]) => pattern.test(reason))?.[1] ?? 'none';
}

/** The rule that the verdict rests on: the one that the reason names, else the first. */
export function mainRule({ reason, rules = [] }: Pick<NumberedEvent, 'reason' | 'rules'>): EventRule | undefined {
  const named = /^rule (\S+) \(/.exec(reason)?.[1];
  return rules.find(({ id }) => id === named) ?? rules[0];
}
