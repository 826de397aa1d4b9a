import type { Database } from './database.ts';

/** What a job does when it is due. `detail` is the part of its name behind the first colon, or empty. */
export type Job = (detail: string) => Promise<void> | void;

/** The alarm that an object has: `DurableObjectStorage`, narrowed. */
export interface AlarmClock {
  getAlarm(): Promise<number | null>;
  setAlarm(at: number): Promise<void>;
  deleteAlarm(): Promise<void>;
}

/** The component `alarms` of an actor's migrations. `tries` counts failed runs; 0 is a job that has not run. */
export const ALARM_MIGRATIONS = [
  `CREATE TABLE jobs (name TEXT PRIMARY KEY, at INTEGER NOT NULL, tries INTEGER NOT NULL) WITHOUT ROWID`,
] as const;

/**
 * Many named jobs on the one alarm that an object has.
 *
 * A job stays stored until a run of it has succeeded, so a crash runs it again: jobs must bear that (at least once).
 * A job that throws is tried again after 1 s, 2 s, 4 s and so on up to 5 minutes, whatever it had scheduled itself; the
 * platform alone would give up after six. Writing an alarm is a billed row, so it is written only when it must be earlier.
 */
export class Alarms {
  readonly #clock: AlarmClock;
  readonly #db: Database;
  readonly #report: (job: string, error: unknown) => void;
  readonly #handlers = new Map<string, Job>();
  /** When the alarm is set for; null: not set; undefined: this instance has not asked yet. */
  #armed: number | null | undefined;
  #running = false;
  /** Jobs scheduled during this run: their success must not delete what they, or others, asked for next. */
  readonly #moved = new Set<string>();

  constructor(clock: AlarmClock, db: Database, report: (job: string, error: unknown) => void) {
    this.#clock = clock;
    this.#db = db;
    this.#report = report;
  }

  /** Names what runs for jobs called `kind` or `kind:detail`. Call it in the actor's constructor: alarms run right after. */
  handle(kind: string, job: Job): void {
    this.#handlers.set(kind, job);
  }

  /** Runs the job at `at` (Unix milliseconds) in place of its earlier time, if it had one. */
  async schedule(name: string, at: number): Promise<void> {
    const when = Math.ceil(at);
    const found = this.#find(name);
    if (found?.at !== when || found.tries !== 0)
      this.#db.exec(`INSERT OR REPLACE INTO jobs VALUES (?, ?, 0)`, name, when);
    // A run under way sets the alarm at its end: until then the jobs it has in hand would count as the earliest.
    if (this.#running) this.#moved.add(name);
    else await this.#arm();
  }

  /** Forgets the job. Nothing happens when there is none. */
  async cancel(name: string): Promise<void> {
    if (this.when(name) === null) return;
    this.#db.exec(`DELETE FROM jobs WHERE name = ?`, name);
    if (!this.#running) await this.#arm();
  }

  /** When the job runs next, Unix milliseconds; null when it is not scheduled. */
  when(name: string): number | null {
    return this.#find(name)?.at ?? null;
  }

  /**
   * The object's alarm rang: runs each job that is due at `now` once, and sets the alarm for the next. Never throws for a
   * job. `again` says that the platform repeats an alarm whose run died (out of memory or CPU): then each job is put
   * off before it runs, so that a job that kills the object cannot use up the platform's six attempts.
   */
  async run(now: number, again = false): Promise<void> {
    // The platform clears the alarm as it rings.
    this.#armed = null;
    this.#running = true;
    try {
      for (const name of this.#due(now)) await this.#runOne(name, now, again);
    } finally {
      this.#running = false;
      this.#moved.clear();
    }
    await this.#arm();
  }

  /** After `Database.erase`: the alarm is gone with the jobs. */
  forget(): void {
    this.#armed = null;
  }

  async #runOne(name: string, now: number, again: boolean): Promise<void> {
    const row = this.#find(name);
    // A job before it in this round may have cancelled or moved it.
    if (row === undefined || row.at > now) return;
    if (again) {
      this.#putOff(row, now);
      await this.#arm(now);
    }
    this.#moved.delete(name);
    const colon = name.indexOf(':');
    try {
      const job = this.#handlers.get(colon < 0 ? name : name.slice(0, colon));
      // Another version of the code scheduled it. Dropped below: kept, it would wake the object for ever.
      if (job === undefined) this.#report(name, new Error('no handler for this job'));
      else await job(colon < 0 ? '' : name.slice(colon + 1));
    } catch (error) {
      this.#report(name, error);
      this.#putOff(row, now);
      return;
    }
    if (!this.#moved.has(name) && !this.#db.empty) this.#db.exec(`DELETE FROM jobs WHERE name = ?`, name);
  }

  #due(now: number): readonly string[] {
    if (this.#db.empty) return [];
    const rows = this.#db.exec<{ name: string }>(`SELECT name FROM jobs WHERE at <= ? ORDER BY at`, now).toArray();
    return rows.map((row) => row.name);
  }

  #find(name: string): JobRow | undefined {
    if (this.#db.empty) return undefined;
    return this.#db.exec<JobRow>(`SELECT name, at, tries FROM jobs WHERE name = ?`, name).toArray()[0];
  }

  /** An update and not an insert: a job cancelled while it ran stays cancelled. */
  #putOff(row: JobRow, now: number): void {
    if (this.#db.empty) return;
    const wait = Math.min(RETRY_FIRST_MS * 2 ** Math.min(row.tries, 20), RETRY_CAP_MS);
    this.#db.exec(`UPDATE jobs SET at = ?, tries = ? WHERE name = ?`, now + wait, row.tries + 1, row.name);
  }

  /**
   * Sets the alarm for the first job after `after`. An alarm that is too early is left alone: it rings, finds nothing due
   * and is set then, once, however often a job was moved meanwhile.
   */
  async #arm(after = Number.NEGATIVE_INFINITY): Promise<void> {
    if (this.#armed === undefined) this.#armed = await this.#clock.getAlarm();
    const next = this.#first(after);
    if (next === null) {
      if (this.#armed === null) return;
      this.#armed = null;
      await this.#clock.deleteAlarm();
    } else if (this.#armed === null || next < this.#armed) {
      this.#armed = next;
      await this.#clock.setAlarm(next);
    }
  }

  #first(after: number): number | null {
    if (this.#db.empty) return null;
    return this.#db.exec<{ at: number | null }>(`SELECT MIN(at) AS at FROM jobs WHERE at > ?`, after).one().at;
  }
}

type JobRow = { readonly name: string; readonly at: number; readonly tries: number };

const RETRY_FIRST_MS = 1000;
/** A broken job then costs 288 runs a day, and one that heals is back within five minutes. */
const RETRY_CAP_MS = 300_000;
