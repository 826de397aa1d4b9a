/** Counts over the last while, to tell how fast they grow. */
const KEPT_MS = 60_000;
/** From less the figure would jump. */
const LEAST_MS = 4000;

export interface Sample {
  readonly at: number;
  readonly counts: Readonly<Record<string, number>>;
}

export function keepSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  return [...samples.filter(({ at }) => sample.at - at <= KEPT_MS), sample];
}

/** Per minute, over what is kept; null where that is too short to tell. */
export function paceOf(samples: readonly Sample[], key: string): number | null {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.at - first.at < LEAST_MS) return null;
  const grown = (last.counts[key] ?? 0) - (first.counts[key] ?? 0);
  return (Math.max(0, grown) / (last.at - first.at)) * 60_000;
}
