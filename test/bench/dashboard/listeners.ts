// A process that holds many sockets: beside the publisher and the shield, so that what it does with what it hears is not in their way.
import { FrameMemory, openListener, type Heard, type Stand } from './listener.ts';

/** Milliseconds that are told apart; what is later counts as the last. */
const LATEST_MS = 20_000;
/** Sockets that are opened at once. */
const WAVE = 25;
const SETTLE_MS = 15_000;

export type Order =
  | { readonly kind: 'open'; readonly sockets: number; readonly stand: Stand }
  /** Waits until all have heard event `last`, tells, and begins to count anew. */
  | { readonly kind: 'tell'; readonly last: number }
  | { readonly kind: 'close' };

export interface Told extends Heard {
  readonly sockets: number;
  /** How many closed, or did not hear the last event in time. */
  readonly fallen: number;
  /** `delays[ms]`: events that came to a socket after so many milliseconds. */
  readonly delays: readonly number[];
}

type Listener = Awaited<ReturnType<typeof openListener>>;

const memory = new FrameMemory();
let listeners: Listener[] = [];
let delays = new Uint32Array(LATEST_MS + 1);

process.on('message', (order: Order) => {
  run(order).then(
    (told) => process.send?.(told),
    (error: unknown) => {
      console.error(String(error));
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(0));

async function run(order: Order): Promise<Told> {
  if (order.kind === 'close') {
    for (const listener of listeners) listener.close();
    listeners = [];
  }
  if (order.kind === 'open') {
    while (listeners.length < order.sockets) {
      const wave = Array.from({ length: Math.min(WAVE, order.sockets - listeners.length) }, () =>
        openListener(order.stand, memory, note),
      );
      listeners.push(...(await Promise.all(wave)));
    }
  }
  if (order.kind === 'tell') await settle(order.last);
  return tell(order.kind === 'tell' ? order.last : 0);
}

function note(ms: number): void {
  const at = Math.max(0, Math.min(ms, LATEST_MS));
  delays[at] = (delays[at] ?? 0) + 1;
}

async function settle(last: number): Promise<void> {
  const until = Date.now() + SETTLE_MS;
  while (Date.now() < until && listeners.some(({ heard, isOpen }) => heard.last < last && isOpen())) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function tell(last: number): Told {
  const sum = { frames: 0, bytes: 0, events: 0, lost: 0, doubled: 0, last };
  let fallen = 0;
  for (const { heard, isOpen } of listeners) {
    for (const key of ['frames', 'bytes', 'events', 'lost', 'doubled'] as const) {
      sum[key] += heard[key];
      heard[key] = 0;
    }
    if (!isOpen() || heard.last < last) fallen += 1;
  }
  const told = { ...sum, sockets: listeners.length, fallen, delays: [...delays] };
  delays = new Uint32Array(LATEST_MS + 1);
  return told;
}
