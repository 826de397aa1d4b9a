import type { BusMessage, NumberedEvent } from '../../../src/actors/contracts.ts';
import { readFrame } from '../../../src/dashboard/read-frame.ts';

type Reach = { fetch(request: Request): Promise<Response> };

/** A dashboard's plain WebSocket to a bus, and all it has heard. */
export class BusSocket {
  readonly heard: BusMessage[] = [];
  readonly socket: WebSocket;
  /** How many messages each frame had. */
  readonly frames: number[] = [];
  #reading = Promise.resolve();
  closed: { readonly code: number; readonly reason: string } | null = null;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.addEventListener('message', ({ data }) => {
      if (data === 'pong') return;
      // As the page reads them: one after the other.
      this.#reading = this.#reading.then(() => this.#read(data));
    });
    socket.addEventListener('close', ({ code, reason }) => {
      this.closed = { code, reason };
    });
    socket.accept();
  }

  async #read(data: string | ArrayBuffer | Blob): Promise<void> {
    const messages = await readFrame(data);
    this.frames.push(messages.length);
    this.heard.push(...messages);
  }

  static async open(bus: Reach, query = ''): Promise<BusSocket> {
    return new BusSocket(await upgrade(bus, `https://bus.test/ws/threats${query}`));
  }

  hello(): Extract<BusMessage, { type: 'hello' }> | undefined {
    return this.heard.find((message) => message.type === 'hello');
  }

  events(): readonly NumberedEvent[] {
    return this.heard.flatMap((message) => (message.type === 'events' ? message.events : []));
  }

  numbers(): readonly number[] {
    return this.events().map((event) => event.n);
  }
}

export async function upgrade(bus: Reach, url: string): Promise<WebSocket> {
  const response = await bus.fetch(new Request(url, { headers: { upgrade: 'websocket' } }));
  if (response.webSocket === null) throw new Error(`no socket: ${response.status}`);
  return response.webSocket;
}

/**
 * The `WebSocket` class that partysocket is given here: the client library itself is real, and so is the object behind; only
 * the name lookup and TLS in between are left out, since workerd's tests have no network.
 */
export function socketClassFor(bus: Reach): unknown {
  return class extends EventTarget {
    static readonly CONNECTING = 0;
    static readonly OPEN = 1;
    static readonly CLOSING = 2;
    static readonly CLOSED = 3;
    binaryType = 'blob';
    readonly protocol = '';
    readonly extensions = '';
    readonly bufferedAmount = 0;
    readonly url: string;
    readyState = 0;
    #socket: WebSocket | null = null;

    constructor(url: string) {
      super();
      this.url = url;
      void this.#open();
    }

    send(data: string): void {
      this.#socket?.send(data);
    }

    close(code = 1000, reason = ''): void {
      if (this.readyState >= 2) return;
      this.readyState = 2;
      this.#socket?.close(code, reason);
    }

    async #open(): Promise<void> {
      const socket = await upgrade(bus, this.url.replace(/^ws/, 'http'));
      this.#socket = socket;
      socket.addEventListener('message', ({ data }) => this.dispatchEvent(new MessageEvent('message', { data })));
      socket.addEventListener('close', ({ code, reason, wasClean }) => {
        this.readyState = 3;
        this.dispatchEvent(new CloseEvent('close', { code, reason, wasClean }));
      });
      socket.accept();
      this.readyState = 1;
      this.dispatchEvent(new Event('open'));
    }
  };
}
