import { element } from '../dom.ts';
import { sayWhen } from './say-when.ts';

const HOUR_MS = 3_600_000;
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** A moment as its distance from now, with the exact time on hover; `keepMoments` lets it age. */
export function moment(at: number | null, never: string): HTMLElement {
  if (at === null) return element('span', { class: 'faint' }, never);
  const date = new Date(at);
  return element('time', { datetime: date.toISOString(), title: exact.format(date) }, sayWhen(at, Date.now()));
}

/** A moment that is known to the hour alone. */
export function hour(at: number): HTMLElement {
  const node = moment(at, '');
  if (Date.now() - at < HOUR_MS) node.textContent = 'this hour';
  return node;
}

/** Brings the page's moments up to now, but for those in what is read aloud on a change: a result tells of when it came. */
export function keepMoments(): void {
  for (const node of document.querySelectorAll('time')) {
    if (node.closest('[aria-live]') !== null) continue;
    const text = sayWhen(Date.parse(node.dateTime), Date.now());
    if (node.textContent !== text) node.textContent = text;
  }
}
