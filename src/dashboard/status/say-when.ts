const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
/** In English like the sentences around it. */
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'short' });

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;
/** Nearer than this the figure would be noise. */
const NOW_MS = 2000;

/** What is all but one of a unit is called one: six hours are still six a second later. */
const ALL_BUT = 0.99;

/** `3 min ago`, `in 2 hr`: how far `at` is from `now` (Unix milliseconds), rounded in the largest unit that fits, as the terminal does. */
export function sayWhen(at: number, now: number): string {
  const distance = at - now;
  if (Math.abs(distance) < NOW_MS) return 'now';
  const [unit, size] = UNITS.find(([, size]) => Math.abs(distance) >= size * ALL_BUT) ?? UNITS[3];
  return relative.format(Math.round(distance / size), unit).replace('.', '');
}

/** The time of day, for a moment of today. */
export function sayClock(at: number): string {
  return clock.format(at);
}
