import { SINGLETON, type Env } from '../../env.ts';
import { Actor } from '../actor.ts';
import type { GuardianRpc, Head, LeaseReply, LeaseRequest } from '../contracts.ts';
import { readLog, readSnapshot, writeSnapshot } from './snapshot.ts';
import { DebitWindow, type PackedLog } from './window.ts';

const MIGRATIONS = [
  `CREATE TABLE snapshot (id INTEGER PRIMARY KEY CHECK (id = 1), clients TEXT NOT NULL);
   CREATE TABLE durable_logs (client TEXT PRIMARY KEY, log TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;`,
];

/** About 500 bytes each at worst: 25 MB of an object's 128. More live clients than that want more shards. */
const CLIENT_CAPACITY = 50_000;
/** What a crash can forget, in time; and the price: one row per 10 s of traffic, however much there is. */
const SNAPSHOT_EVERY_MS = 10_000;
/** Machines' clocks differ a little: what another one stored counts this much longer. */
const RESTORE_MARGIN_MS = 1000;
const JOIN_EVERY_MS = 300_000;
const JOIN_RETRY_MS = 30_000;

/**
 * The rate guardian of one route and shard. The count lives in memory; SQLite holds a copy some seconds old.
 *
 * As long as there are debits a timer runs: it writes the snapshot, and an object with a timer does not hibernate, so it
 * keeps its memory through a quiet minute. One evicted or crashed reads the snapshot when it wakes, and has forgotten
 * at most the debits of the last 10 s; of a `durable` route, none. The job `sweep` removes the rows when all is over.
 */
export class RateGuardian extends Actor implements GuardianRpc {
  readonly #window = new DebitWindow(CLIENT_CAPACITY);
  #seq = 0;
  /** There are debits that no row holds. */
  #dirty = false;
  /** The timer runs. */
  #awake = false;
  #joinAt = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, MIGRATIONS);
    this.alarms.handle('sweep', () => this.#sweep());
    try {
      this.#restore();
    } catch (error) {
      // Counting from zero is better than a guardian that can never start.
      this.logFault('restore', error);
    }
  }

  lease(request: LeaseRequest): Promise<LeaseReply> {
    return this.answer('lease', async () => {
      const now = Date.now();
      this.#seq = Math.max(this.#seq, request.seq);
      this.#join(now);
      const grant = this.#window.debit(request, now);
      if (grant.granted > 0) {
        if (request.durable) await this.#store(request.client);
        else this.#dirty = true;
        if (!this.#awake) this.#stayAwake();
      }
      return { ...grant, seq: this.#seq };
    });
  }

  headChanged(head: Head): Promise<void> {
    this.#seq = Math.max(this.#seq, head.seq);
    return Promise.resolve();
  }

  /** Not awaited by a lease: a registry that is down must not cost a visitor anything. */
  #join(now: number): void {
    if (now < this.#joinAt) return;
    this.#joinAt = now + JOIN_EVERY_MS;
    const joined = async () => {
      try {
        const head = await this.env.REGISTRY.getByName(SINGLETON).join({ kind: 'guardian', name: this.name });
        this.#seq = Math.max(this.#seq, head.seq);
      } catch (error) {
        this.#joinAt = now + JOIN_RETRY_MS;
        this.logFault('join', error);
      }
    };
    this.ctx.waitUntil(joined());
  }

  #stayAwake(): void {
    this.#awake = true;
    setTimeout(() => this.#tick(), SNAPSHOT_EVERY_MS);
  }

  #tick(): void {
    this.#awake = false;
    const work = async () => {
      try {
        const last = this.#window.sweep(Date.now());
        if (last > 0) this.#stayAwake();
        if (this.#dirty) await this.#snapshot(last);
      } catch (error) {
        // The next tick tries again, whether there are new grants or not.
        this.#dirty = true;
        this.logFault('snapshot', error);
      }
    };
    this.ctx.waitUntil(work());
  }

  async #snapshot(last: number): Promise<void> {
    this.#dirty = false;
    if (last === 0) return;
    this.db.exec(`INSERT OR REPLACE INTO snapshot VALUES (1, ?)`, writeSnapshot(this.#window.packAll()));
    await this.#sweepBy(last);
  }

  /** Before the reply leaves: the platform holds it back until the row is on disk. */
  async #store(client: string): Promise<void> {
    const log = this.#window.pack(client);
    const expires = log.at(-1)?.[0] ?? 0;
    this.db.exec(`INSERT OR REPLACE INTO durable_logs VALUES (?, ?, ?)`, client, JSON.stringify(log), expires);
    await this.#sweepBy(expires);
  }

  /** There is a row: sees to it that the job runs which removes it. One is enough, it finds out itself when to run next. */
  async #sweepBy(last: number): Promise<void> {
    if (this.alarms.when('sweep') === null) await this.alarms.schedule('sweep', last + RESTORE_MARGIN_MS);
  }

  async #sweep(): Promise<void> {
    const now = Date.now();
    const last = this.#window.sweep(now);
    if (last > 0) {
      this.db.exec(`DELETE FROM durable_logs WHERE expires <= ?`, now - RESTORE_MARGIN_MS);
      await this.alarms.schedule('sweep', last + RESTORE_MARGIN_MS);
    } else {
      this.db.exec(`DELETE FROM durable_logs`);
      this.db.exec(`DELETE FROM snapshot`);
    }
  }

  #restore(): void {
    if (this.db.empty) return;
    const now = Date.now();
    const put = (client: string, log: PackedLog) =>
      this.#window.restore(
        client,
        log.map(([expires, permits]) => [expires + RESTORE_MARGIN_MS, permits]),
        now,
      );
    for (const { clients } of this.db.exec<{ clients: string }>(`SELECT clients FROM snapshot`))
      for (const [client, log] of readSnapshot(clients)) put(client, log);
    for (const row of this.db.exec<{ client: string; log: string }>(`SELECT client, log FROM durable_logs`))
      put(row.client, readLog(row.log));
  }
}
