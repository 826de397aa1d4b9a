import type { BusMessage, MapMessage, NumberedEvent } from '../contracts.ts';
import { pinOf } from './map-pin.ts';

/** Events in one frame: at most 400 KB of text, where a WebSocket message may have 1 MB (32 MB on newer dates). */
const FRAME_EVENTS = 100;

export function frameEvents(events: readonly NumberedEvent[]): readonly BusMessage[] {
  return cut(events).map((part) => ({ type: 'events', events: part }));
}

/** The same for the public map. */
export function framePins(events: readonly NumberedEvent[]): readonly MapMessage[] {
  return cut(events.map(pinOf).filter((pin) => pin !== null)).map((pins) => ({ type: 'pins', pins }));
}

function cut<T>(all: readonly T[]): readonly (readonly T[])[] {
  const parts: (readonly T[])[] = [];
  for (let i = 0; i < all.length; i += FRAME_EVENTS) parts.push(all.slice(i, i + FRAME_EVENTS));
  return parts;
}
