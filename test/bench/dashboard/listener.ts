import { randomBytes } from 'node:crypto';
import { createConnection, type Socket } from 'node:net';
import { inflateRawSync } from 'node:zlib';
import type { BusMessage } from '../../../src/actors/contracts.ts';
import { FrameReader } from './frame-reader.ts';

/** Where to listen, as whom, and from which number on. */
export interface Stand {
  readonly url: string;
  readonly key: string;
  readonly after: number;
}

/** What one socket made of what it heard. */
export interface Heard {
  frames: number;
  bytes: number;
  /** Events that were told, and how many numbers were missing or came again. */
  events: number;
  lost: number;
  doubled: number;
  /** The number of the last. */
  last: number;
}

type Numbers = readonly { readonly n: number; readonly at: number }[];

/** Frames that are remembered: a process that was held up has sockets that stand some frames apart. */
const REMEMBERED = 32;

/**
 * A frame goes to a thousand sockets as the same bytes: it is read once for all that get it, and compared for the others. A thousand
 * dashboards read it on a thousand machines; here they must not take the time of the shield beside them.
 */
export class FrameMemory {
  /** The newest first. */
  readonly #frames: { readonly payload: Buffer; readonly events: Numbers }[] = [];

  eventsOf(payload: Buffer, isText: boolean): Numbers {
    const known = this.#frames.find((frame) => frame.payload.equals(payload));
    if (known !== undefined) return known.events;
    const text = isText ? `[${payload.toString()}]` : inflateRawSync(payload).toString();
    const messages: readonly BusMessage[] = JSON.parse(text);
    const told = messages.flatMap((message) => (message.type === 'events' ? message.events : []));
    const events = told.map(({ n, at }) => ({ n, at }));
    this.#frames.unshift({ payload: Buffer.from(payload), events });
    this.#frames.splice(REMEMBERED);
    return events;
  }
}

/** Opens a socket on `/ws/threats` as the dashboard does. `delivered` hears of each event how many milliseconds old it is. */
export async function openListener(
  stand: Stand,
  memory: FrameMemory,
  delivered: (ms: number) => void,
): Promise<{ readonly heard: Heard; readonly isOpen: () => boolean; close(): void }> {
  const { hostname, port } = new URL(stand.url);
  const heard: Heard = { frames: 0, bytes: 0, events: 0, lost: 0, doubled: 0, last: stand.after };
  const socket = createConnection(Number(port), hostname);
  let open = true;
  socket.on('close', () => (open = false));
  const rest = await shakeHands(socket, stand);
  const frames = new FrameReader({
    message(payload, isText) {
      heard.frames += 1;
      heard.bytes += payload.length;
      const now = Date.now();
      for (const { n, at } of memory.eventsOf(payload, isText)) {
        if (n <= heard.last) heard.doubled += 1;
        else heard.lost += n - heard.last - 1;
        heard.last = Math.max(heard.last, n);
        heard.events += 1;
        delivered(now - at);
      }
    },
    control: () => socket.destroy(),
  });
  frames.take(rest);
  socket.on('data', (chunk) => frames.take(chunk));
  return { heard, isOpen: () => open, close: () => socket.destroy() };
}

/** Resolves with the bytes that came behind the answer's head. */
function shakeHands(socket: Socket, { url, key, after }: Stand): Promise<Buffer> {
  const query = new URLSearchParams({ packed: '1', after: String(after) });
  socket.write(
    [
      `GET /ws/threats?${query} HTTP/1.1`,
      `Host: ${new URL(url).host}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      'Sec-WebSocket-Version: 13',
      // As a browser does. The shield declines, or the frames could not be read.
      'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
      `X-Admin-Key: ${key}`,
      '\r\n',
    ].join('\r\n'),
  );
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    socket.once('error', reject);
    socket.on('data', function read(chunk: Buffer) {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end === -1) return;
      socket.off('data', read);
      if (head.subarray(0, 12).toString() === 'HTTP/1.1 101') resolve(head.subarray(end + 4));
      else reject(new Error(head.subarray(0, 300).toString()));
    });
  });
}
