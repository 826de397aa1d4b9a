import type { NumberedEvent } from '../../actors/contracts.ts';
import { ask } from '../control/ask.ts';

/** An event, or why there is none. */
export type Obtained =
  | { readonly kind: 'found'; readonly event: NumberedEvent }
  | { readonly kind: 'gone' | 'silent' | 'refused' };

/** The event with this number: the page's own where it holds it, else the bus is asked. */
export function obtainEvent(n: number, held: readonly NumberedEvent[]): Promise<Obtained> {
  return obtain(`before=${n + 1}`, (event) => event.n === n, held);
}

/** The event of a request, by the id that whoever was stopped was given. */
export function findRequest(id: string, held: readonly NumberedEvent[]): Promise<Obtained> {
  return obtain(`id=${encodeURIComponent(id)}`, (event) => event.id === id, held);
}

async function obtain(
  query: string,
  isMeant: (event: NumberedEvent) => boolean,
  held: readonly NumberedEvent[],
): Promise<Obtained> {
  const own = held.find(isMeant);
  if (own !== undefined) return { kind: 'found', event: own };
  const answer = await ask<{ readonly events: readonly NumberedEvent[] }>(`/admin/events?limit=1&${query}`);
  if (answer.kind === 'refused' || answer.kind === 'silent') return { kind: answer.kind };
  const event = answer.kind === 'ok' ? answer.value.events.find(isMeant) : undefined;
  return event === undefined ? { kind: 'gone' } : { kind: 'found', event };
}
