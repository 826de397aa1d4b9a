import ReconnectingWebSocket from 'partysocket/ws';
import type { BusMessage, NumberedEvent } from '../actors/contracts.ts';
import type { ControlClient } from './control-client.ts';

/** The bus forgets who has been silent for 100 s. */
const PING_MS = 30_000;
/** RFC 6455, section 7.4.1: what proved the operator is over, so that coming again is in vain. */
const POLICY_VIOLATION = 1008;

export interface FeedListener {
  event(event: NumberedEvent): void;
  /** A connection stands, or broke: then another is tried by itself. */
  state(state: 'connected' | 'reconnecting'): void;
  /** The key was revoked or has expired. */
  ended(reason: string): void;
}

/** Listens for events numbered above `after` until it is closed; a connection that breaks is resumed where it broke. */
export function listen(client: ControlClient, after: number, listener: FeedListener): { close(): void } {
  let last = after;
  let epoch: string | null = null;
  let closed = false;
  const address = () => {
    const query = new URLSearchParams({ after: String(last), ...(epoch !== null && { epoch }) });
    return `${client.url.origin.replace(/^http/, 'ws')}/ws/threats?${query.toString()}`;
  };
  const socket = new ReconnectingWebSocket(address, [], {
    WebSocket: client.socketClass(),
    minReconnectionDelay: 250,
    maxReconnectionDelay: 10_000,
  });
  socket.addEventListener('open', () => listener.state('connected'));
  socket.addEventListener('message', ({ data }) => {
    const text = String(data);
    if (text === 'pong') return;
    const message: BusMessage = JSON.parse(text);
    if (message.type === 'hello') epoch = message.epoch;
    if (message.type !== 'events') return;
    for (const event of message.events) {
      last = event.n;
      listener.event(event);
    }
  });
  socket.addEventListener('close', ({ code, reason }) => {
    if (closed) return;
    if (code !== POLICY_VIOLATION) {
      listener.state('reconnecting');
      return;
    }
    socket.close();
    listener.ended(reason);
  });
  const ping = setInterval(() => {
    if (socket.readyState === socket.OPEN) socket.send('ping');
  }, PING_MS);
  return {
    close: () => {
      closed = true;
      clearInterval(ping);
      socket.close();
    },
  };
}
