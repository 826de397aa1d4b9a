const STEPS = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const;

/** `2026-11-26 15:22:01 UTC`: one clock for the shield, its log and whoever reads. */
export function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

export function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}

/** `3 min`, `2 h`: the largest unit alone; what is all but one of a unit is called one. */
export function span(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  const [size, unit] = STEPS.find(([size]) => seconds >= size * 0.99) ?? [1, 's'];
  return `${Math.round(seconds / size)} ${unit}`;
}

/** `3 min ago`, `in 2 h`, `never`. */
export function ago(at: number | null | undefined, now: number): string {
  if (at === null || at === undefined) return 'never';
  // Two clocks never agree to the millisecond.
  if (Math.abs(now - at) < 1000) return 'just now';
  const far = span(now - at);
  return at > now ? `in ${far}` : `${far} ago`;
}
