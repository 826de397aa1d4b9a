import { element } from '../dom.ts';

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
/** In English like the sentences around it. */
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'short' });

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['min', 60_000],
  ['second', 1000],
] as const;
/** Nearer than this the figure would be noise. */
const NOW_MS = 2000;

/** `3 min. ago`, `in 2 hr.`: the largest unit that fits, rounded down. */
export function sayWhen(at: number, now: number): string {
  const distance = at - now;
  if (Math.abs(distance) < NOW_MS) return 'now';
  const [unit, size] = UNITS.find(([, size]) => Math.abs(distance) >= size) ?? ['second', 1000];
  return relative.format(Math.trunc(distance / size), unit === 'min' ? 'minute' : unit).replace('.', '');
}

/** The time of day, for a moment of today. */
export function sayClock(at: number): string {
  return clock.format(at);
}

/** A moment as its distance from now, with the exact time on hover; `keepMoments` lets it age. */
export function moment(at: number | null, never: string): HTMLElement {
  if (at === null) return element('span', { class: 'faint' }, never);
  const date = new Date(at);
  return element('time', { datetime: date.toISOString(), title: exact.format(date) }, sayWhen(at, Date.now()));
}

/** Brings the page's moments up to now, but for those in what is read aloud on a change: a result tells of when it came. */
export function keepMoments(): void {
  for (const node of document.querySelectorAll('time')) {
    if (node.closest('[aria-live]') !== null) continue;
    const text = sayWhen(Date.parse(node.dateTime), Date.now());
    if (node.textContent !== text) node.textContent = text;
  }
}
