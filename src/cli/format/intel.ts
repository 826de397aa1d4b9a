import { count, countOf } from './counts.ts';
import { stateStyle, type Paint } from './paint.ts';
import { clip, plain } from './plain.ts';
import type { IntelligenceShown } from './status.ts';
import { table } from './table.ts';
import { ago } from './when.ts';
import { wrap } from './wrap.ts';

const EVENTS_SHOWN = 5;

export function describeIntel(intel: IntelligenceShown, now: number, paint: Paint): string {
  const { state, threats, allowed, first_hand, merged_at, sources, events } = intel;
  const head = `${paint(stateStyle(state), state)}: ${countOf(threats, 'threat')}, ${countOf(allowed, 'spared range')}, ${count(first_hand)} seen first-hand; merged ${ago(merged_at, now)}`;
  const rows = table(
    sources,
    [
      { title: 'SOURCE', cell: ({ id }) => id },
      { title: 'ROLE', cell: ({ role }) => role, narrow: 'goes' },
      { title: 'HEALTH', cell: ({ health }) => health, style: ({ health }) => stateStyle(health) },
      { title: 'ROWS', cell: ({ rows }) => count(rows), right: true },
      { title: 'FETCHED', cell: ({ last_success }) => ago(last_success, now) },
      {
        title: 'NEXT',
        cell: ({ next_attempt }) => (next_attempt === null ? '' : ago(next_attempt, now)),
        narrow: 'goes',
      },
      { title: 'PROBLEM', cell: ({ problem }) => problem ?? '', narrow: 'gives' },
    ],
    paint,
  );
  const latest = events
    .slice(0, EVENTS_SHOWN)
    .map(
      ({ at, source, message }) =>
        `  ${paint('dim', ago(at, now).padEnd(10))}  ${clip(`${plain(source)}: ${plain(message)}`, paint.width - 14)}`,
    );
  return [...wrap(head, paint.width), '', rows, ...(latest.length > 0 ? ['', ...latest] : [])].join('\n');
}

/** `ThreatLookup` as the API spells it. */
export interface LookupShown {
  readonly ip: string;
  readonly score: number;
  readonly range: string | null;
  readonly allowed: { readonly range: string; readonly note: string; readonly origin: string } | null;
  readonly sources: readonly SaidShown[];
}

export interface SaidShown {
  readonly id: string;
  readonly family: string;
  readonly role: string;
  readonly range: string;
  readonly weight: number;
  readonly confidence: number;
  readonly decay: number;
  readonly contribution: number;
}

export function describeLookup({ ip, score, range, allowed, sources }: LookupShown, paint: Paint): string {
  const spared =
    allowed === null ? '' : `Spared: ${plain(allowed.range)} is ${plain(allowed.note)} (${allowed.origin})`;
  const head = `${plain(ip)}  score ${score.toFixed(2)}${range === null ? '' : `, listed as ${plain(range)}`}`;
  const said = sources.length === 0 ? 'No source says anything of it.' : describeSaid(sources, paint);
  return [head, spared, said].filter((line) => line !== '').join('\n');
}

/** Contribution is weight x confidence x decay; of each family the strongest counts. */
export function describeSaid(sources: readonly SaidShown[], paint: Paint): string {
  return table(
    sources,
    [
      { title: 'SOURCE', cell: ({ id }) => id },
      { title: 'FAMILY', cell: ({ family }) => family, narrow: 'goes' },
      { title: 'ROLE', cell: ({ role }) => role, narrow: 'goes' },
      { title: 'RANGE', cell: ({ range }) => range },
      { title: 'WEIGHT', cell: ({ weight }) => two(weight), right: true },
      { title: 'CONFIDENCE', cell: ({ confidence }) => two(confidence), right: true, narrow: 'goes' },
      { title: 'DECAY', cell: ({ decay }) => two(decay), right: true, narrow: 'goes' },
      { title: 'ADDS', cell: ({ contribution }) => two(contribution), right: true },
    ],
    paint,
  );
}

function two(n: number): string {
  return n.toFixed(2);
}
