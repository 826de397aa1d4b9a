import ReconnectingWebSocket from 'partysocket/ws';
import type { BusMessage } from '../actors/contracts.ts';
import { hasSession } from './control/session.ts';
import { readFrame } from './read-frame.ts';

export type ConnectionState = 'connecting' | 'live' | 'stale' | 'offline';

/** The bus closes sockets that are silent, and a quiet bus and a dead line look alike: hence a ping at this pace. */
const PING_MS = 15_000;
/** Three pings without an answer: the line is dead, whatever the browser thinks. */
const DEAD_MS = 3 * PING_MS;

/** Of the line: when it last said something (Unix milliseconds; null: never), and how often it was tried since. */
export interface LineFacts {
  readonly heard: number | null;
  readonly tries: number;
}

export interface Feed {
  close(): void;
}

/**
 * Listens to `/ws/threats`, reconnecting for as long as it is open. `position` names the last event the page has, so that the bus
 * sends what came since; `refused` is told when the shield answers but does not let us in.
 */
export function openFeed(handlers: {
  readonly position: () => { readonly last: number; readonly epoch: string | null };
  readonly message: (message: BusMessage) => void;
  readonly state: (state: ConnectionState, facts: LineFacts) => void;
  readonly refused: () => void;
}): Feed {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  /** Should anything on the way not bear with a socket that declines compression, the next try is without packed frames. */
  let packed = true;
  const url = () => {
    const { last, epoch } = handlers.position();
    const query = new URLSearchParams({
      ...(packed && { packed: '1' }),
      ...(epoch !== null && { after: String(last), epoch }),
    });
    return `${scheme}://${location.host}/ws/threats?${query}`;
  };
  const socket = new ReconnectingWebSocket(url, [], { maxReconnectionDelay: 10_000, minReconnectionDelay: 500 });
  let heard = Date.now();
  let ever = false;
  let closed = false;
  /** Frames are unpacked one after the other, in the order in which they came. */
  let reading = Promise.resolve();
  const tell = (state: ConnectionState) =>
    handlers.state(state, { heard: ever ? heard : null, tries: socket.retryCount });
  tell('connecting');

  socket.addEventListener('open', () => {
    heard = Date.now();
    ever = true;
    tell('live');
  });
  socket.addEventListener('message', (event) => {
    heard = Date.now();
    ever = true;
    tell('live');
    if (event.data === 'pong') return;
    // What cannot be read is asked for again.
    reading = reading.then(() => read(event.data)).catch(() => socket.reconnect());
  });
  socket.addEventListener('close', () => {
    if (closed) return;
    if (!ever) packed = !packed;
    tell(navigator.onLine ? 'connecting' : 'offline');
    void diagnose();
  });

  async function read(data: string | Blob): Promise<void> {
    const messages = await readFrame(data);
    // It was signed out meanwhile.
    if (closed) return;
    for (const message of messages) handlers.message(message);
  }

  /** A browser does not say why a WebSocket was refused; an ordinary request does. */
  async function diagnose(): Promise<void> {
    const session = await hasSession();
    // The line may be there again, for the answer took its time.
    if (closed || socket.readyState === ReconnectingWebSocket.OPEN) return;
    if (session === null) tell('offline');
    else if (!session) handlers.refused();
  }

  // The browser knows at once that it has no network; the line itself breaks when something is sent.
  const gone = () => tell('offline');
  const back = () => socket.reconnect();
  addEventListener('offline', gone);
  addEventListener('online', back);

  const watch = setInterval(() => {
    if (socket.readyState !== ReconnectingWebSocket.OPEN) return;
    socket.send('ping');
    const silence = Date.now() - heard;
    if (silence > DEAD_MS) socket.reconnect();
    else if (silence > 2 * PING_MS) tell('stale');
  }, PING_MS);

  return {
    close: () => {
      closed = true;
      removeEventListener('offline', gone);
      removeEventListener('online', back);
      clearInterval(watch);
      socket.close();
    },
  };
}
