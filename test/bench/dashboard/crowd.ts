import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Stand } from './listener.ts';
import type { Order, Told } from './listeners.ts';

const PROCESSES = 2;
const SCRIPT = fileURLToPath(new URL('listeners.ts', import.meta.url));

/** Sockets on the bus, held by processes of their own. */
export class Crowd {
  readonly #children: readonly ChildProcess[];

  constructor() {
    this.#children = Array.from({ length: PROCESSES }, () => fork(SCRIPT));
  }

  async open(sockets: number, stand: Stand): Promise<void> {
    await this.#order({ kind: 'open', sockets: sockets / PROCESSES, stand });
  }

  /** What all sockets have heard since the last time, once they have heard event `last`. */
  async tell(last: number): Promise<Told> {
    const [first, ...others] = await this.#order({ kind: 'tell', last });
    if (first === undefined) throw new Error('nobody listens');
    return others.reduce(add, first);
  }

  async leave(): Promise<void> {
    await this.#order({ kind: 'close' });
  }

  end(): void {
    for (const child of this.#children) child.disconnect();
  }

  #order(order: Order): Promise<readonly Told[]> {
    return Promise.all(
      this.#children.map(
        (child) =>
          new Promise<Told>((resolve, reject) => {
            const fell = (code: number | null) => reject(new Error(`a listening process ended with ${code}`));
            child.once('exit', fell);
            child.once('message', (told: Told) => {
              child.off('exit', fell);
              resolve(told);
            });
            child.send(order);
          }),
      ),
    );
  }
}

function add(a: Told, b: Told): Told {
  return {
    sockets: a.sockets + b.sockets,
    fallen: a.fallen + b.fallen,
    frames: a.frames + b.frames,
    bytes: a.bytes + b.bytes,
    events: a.events + b.events,
    lost: a.lost + b.lost,
    doubled: a.doubled + b.doubled,
    last: Math.max(a.last, b.last),
    delays: a.delays.map((count, ms) => count + (b.delays[ms] ?? 0)),
  };
}
