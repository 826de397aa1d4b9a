import type { NumberedEvent } from '../../actors/contracts.ts';
import { ask } from '../control/ask.ts';

/** An event, or why there is none. */
export type Obtained =
  | { readonly kind: 'found'; readonly event: NumberedEvent }
  | { readonly kind: 'gone' | 'silent' | 'refused' };

/** The event with this number: the page's own where it holds it, else the bus is asked. */
export async function obtainEvent(n: number, held: readonly NumberedEvent[]): Promise<Obtained> {
  const own = held.find((event) => event.n === n);
  if (own !== undefined) return { kind: 'found', event: own };
  const answer = await ask<{ readonly events: readonly NumberedEvent[] }>(`/admin/events?limit=1&before=${n + 1}`);
  if (answer.kind === 'refused' || answer.kind === 'silent') return { kind: answer.kind };
  const event = answer.kind === 'ok' ? answer.value.events.find((found) => found.n === n) : undefined;
  return event === undefined ? { kind: 'gone' } : { kind: 'found', event };
}
