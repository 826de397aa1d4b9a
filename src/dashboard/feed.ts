import ReconnectingWebSocket from 'partysocket/ws';
import type { BusMessage } from '../actors/contracts.ts';

export type ConnectionState = 'connecting' | 'live' | 'stale' | 'offline';

/** A quiet bus and a dead line look alike; after this long without a word the page asks whether the shield is there. */
const SILENCE_MS = 20_000;

export interface Feed {
  close(): void;
}

/**
 * Listens to `/ws/threats`, reconnecting for as long as it is open. `resumeAfter` names the last event the page has, so that the
 * bus sends what came since; `refused` is told when the shield answers but does not let us in.
 */
export function openFeed(handlers: {
  readonly resumeAfter: () => number;
  readonly message: (message: BusMessage) => void;
  readonly state: (state: ConnectionState) => void;
  readonly refused: () => void;
}): Feed {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const url = () => `${scheme}://${location.host}/ws/threats?after=${handlers.resumeAfter()}`;
  const socket = new ReconnectingWebSocket(url, [], { maxReconnectionDelay: 10_000, minReconnectionDelay: 500 });
  let heard = Date.now();
  handlers.state('connecting');

  socket.addEventListener('open', () => {
    heard = Date.now();
    handlers.state('live');
  });
  socket.addEventListener('message', (event) => {
    heard = Date.now();
    handlers.state('live');
    const message: BusMessage = JSON.parse(String(event.data));
    handlers.message(message);
  });
  socket.addEventListener('close', () => {
    handlers.state(navigator.onLine ? 'connecting' : 'offline');
    void diagnose();
  });

  /** A browser does not say why a WebSocket was refused; an ordinary request does. */
  async function diagnose(): Promise<void> {
    const response = await fetch('/admin/stats').catch(() => null);
    if (response === null) handlers.state('offline');
    else if (response.status === 401 || response.status === 403) handlers.refused();
  }

  async function checkLine(): Promise<void> {
    const answer = await fetch('/health').catch(() => null);
    if (answer === null) return handlers.state('stale');
    heard = Date.now();
    return handlers.state('live');
  }

  const watch = setInterval(() => {
    if (socket.readyState !== ReconnectingWebSocket.OPEN || Date.now() - heard < SILENCE_MS) return;
    void checkLine();
  }, 5000);

  return {
    close: () => {
      clearInterval(watch);
      socket.close();
    },
  };
}
