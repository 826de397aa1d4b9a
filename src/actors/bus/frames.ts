import type { BusMessage, MapMessage, NumberedEvent } from '../contracts.ts';
import { pinOf } from './map-pin.ts';

/** What goes into a socket: a text frame, or a packed one. */
export type Frame = string | ArrayBuffer;

/** Events in one frame: at most 400 KB of text, where a WebSocket message may have 1 MB (32 MB on newer dates). */
const FRAME_EVENTS = 100;

export function frameEvents(events: readonly NumberedEvent[]): readonly BusMessage[] {
  return cut(events).map((part) => ({ type: 'events', events: part }));
}

/** The same for the public map. */
export function framePins(events: readonly NumberedEvent[]): readonly MapMessage[] {
  return cut(events.map(pinOf).filter((pin) => pin !== null)).map((pins) => ({ type: 'pins', pins }));
}

/** Each message a frame of its own. */
export function writeText(messages: readonly (BusMessage | MapMessage)[]): readonly Frame[] {
  return messages.map((message) => JSON.stringify(message));
}

/**
 * As few frames as the events allow, each the JSON array of some messages as raw deflate (RFC 1951). Packed once for all sockets that
 * stand at the same number: events of one attack are much alike, and 50 of them shrink to a tenth and less.
 */
export function writePacked(messages: readonly BusMessage[]): Promise<readonly Frame[]> {
  const groups: BusMessage[][] = [];
  for (const message of messages) {
    const group = groups.at(-1);
    const full = message.type === 'events' && group?.some(({ type }) => type === 'events') === true;
    if (group === undefined || full) groups.push([message]);
    else group.push(message);
  }
  return Promise.all(groups.map(deflate));
}

function deflate(messages: readonly BusMessage[]): Promise<ArrayBuffer> {
  const text = new Blob([JSON.stringify(messages)]).stream();
  return new Response(text.pipeThrough(new CompressionStream('deflate-raw'))).arrayBuffer();
}

function cut<T>(all: readonly T[]): readonly (readonly T[])[] {
  const parts: (readonly T[])[] = [];
  for (let i = 0; i < all.length; i += FRAME_EVENTS) parts.push(all.slice(i, i + FRAME_EVENTS));
  return parts;
}
