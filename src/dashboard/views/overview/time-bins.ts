import type { Stats } from '../../../actors/contracts.ts';

/** From the ground up: what passed is the ground, what was stopped stands on it. */
export const SERIES = ['allow', 'log', 'challenge', 'limit', 'block'] as const;
export type Series = (typeof SERIES)[number];

const MINUTE_MS = 60_000;

/** How far back a chart looks and how many minutes each bar holds: some sixty to seventy bars, whatever the width. */
export const SPANS = {
  hour: { minutes: 60, step: 1 },
  quarter: { minutes: 360, step: 5 },
  day: { minutes: 1440, step: 20 },
} as const;
export type SpanName = keyof typeof SPANS;
export const SPAN_NAMES: readonly SpanName[] = ['hour', 'quarter', 'day'];

export interface TimeBins {
  /** Start of each bar, Unix seconds, oldest first. */
  readonly starts: readonly number[];
  /** A figure for each bar. */
  readonly counts: Readonly<Record<Series, readonly number[]>>;
}

/** Requests by outcome in bars of even width up to `now` (Unix milliseconds); what had no traffic is zero. */
export function binMinutes(minutes: Stats['minutes'], span: SpanName, now: number): TimeBins {
  const { minutes: length, step } = SPANS[span];
  const bars = length / step;
  // Bars begin where the clock's do, so that a bar does not change its minutes as time goes by.
  const lastBar = Math.floor(now / MINUTE_MS / step);
  const firstBar = lastBar - bars + 1;
  const starts = Array.from({ length: bars }, (_, i) => (firstBar + i) * step * 60);
  const zeroes = () => starts.map(() => 0);
  const counts = { allow: zeroes(), log: zeroes(), challenge: zeroes(), limit: zeroes(), block: zeroes() };
  for (const { at, outcomes } of minutes) {
    const bar = Math.floor(at / MINUTE_MS / step) - firstBar;
    if (bar < 0 || bar >= bars) continue;
    for (const name of SERIES) {
      const row = counts[name];
      row[bar] = (row[bar] ?? 0) + (outcomes[name] ?? 0);
    }
  }
  return { starts, counts };
}

/** Each series on top of those before it; hidden ones take no room. For a chart that draws the highest first. */
export function stackBins(bins: TimeBins, shows: (series: Series) => boolean): readonly (readonly number[])[] {
  const heights = bins.starts.map(() => 0);
  return SERIES.map((name) =>
    heights.map((height, i) => {
      const top = height + (shows(name) ? (bins.counts[name][i] ?? 0) : 0);
      heights[i] = top;
      return top;
    }),
  );
}

export function sumBins(bins: TimeBins): Readonly<Record<Series, number>> {
  const sum = (name: Series) => bins.counts[name].reduce((total, n) => total + n, 0);
  return {
    allow: sum('allow'),
    log: sum('log'),
    challenge: sum('challenge'),
    limit: sum('limit'),
    block: sum('block'),
  };
}
