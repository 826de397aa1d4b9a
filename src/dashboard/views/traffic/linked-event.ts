import type { NumberedEvent } from '../../../actors/contracts.ts';
import { ask } from '../../control/ask.ts';
import { element } from '../../dom.ts';

/** Shows the event that the page's address names, open; the bus is asked for one that the page does not hold. */
export async function showLinked(
  root: HTMLElement,
  n: number,
  row: (event: NumberedEvent) => HTMLElement,
  close: () => void,
): Promise<void> {
  const answer = await ask<{ readonly events: readonly NumberedEvent[] }>(`/admin/events?limit=1&before=${n + 1}`);
  const event = answer.kind === 'ok' ? answer.value.events.find((found) => found.n === n) : undefined;
  const done = element('button', { type: 'button' }, 'Close');
  done.addEventListener('click', close);
  const heading = element('div', { class: 'heading' }, element('h2', {}, `Event ${n}`), done);
  if (event === undefined) {
    root.replaceChildren(heading, element('p', { class: 'empty' }, sayMissing(answer.kind)));
    return;
  }
  const item = row(event);
  root.replaceChildren(heading, element('ol', { class: 'events' }, item));
  const details = item.querySelector('details');
  if (details !== null) details.open = true;
}

function sayMissing(kind: string): string {
  return kind === 'silent'
    ? 'The shield does not answer; load the page again to see this event.'
    : 'The shield no longer keeps this event: only the most recent ones are there.';
}
