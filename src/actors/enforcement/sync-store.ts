import type { Database } from '../database.ts';
import type { BlobStore } from './blob-store.ts';
import { LIST_TIERS } from './list-names.ts';
import type { Packed } from './packed.ts';
import type { SyncState, SyncStore } from './sync-state.ts';

/** Where the head of the state lies; its parts are named after it. */
const HEAD = 'sync';

/**
 * Keeps the state of the synchronisation in packed rows. What can be large is kept apart: mirrors, a listing, and what a job
 * has to write, so that a step, which mostly moves a number forward, writes one small row.
 */
export class SyncStorage implements SyncStore {
  readonly #db: Database;
  readonly #blobs: BlobStore;
  #state: SyncState | null | undefined;

  constructor(db: Database, blobs: BlobStore) {
    this.#db = db;
    this.#blobs = blobs;
  }

  load(): SyncState | null {
    if (this.#state === undefined) this.#state = this.#read();
    return this.#state;
  }

  save(state: SyncState): void {
    const before = this.load();
    if (state === before) return;
    const old = before === null ? new Map<string, unknown>() : partsOf(before);
    this.#db.transaction(() => {
      const parts = partsOf(state);
      for (const [name, part] of parts) if (part !== old.get(name)) this.#write(name, part);
      for (const name of old.keys()) if (!parts.has(name)) this.#blobs.write(name, null);
      this.#write(HEAD, { ...state, mirrors: {}, listing: null, job: stripJob(state.job) });
    });
    this.#state = state;
  }

  #read(): SyncState | null {
    const head = this.#parse<SyncState>(HEAD);
    // What an older version of the code wrote is as good as lost: a survey finds out what is in the lists.
    if (head === null || head.version !== 1) return null;
    const mirrors = Object.fromEntries(
      LIST_TIERS.flatMap((tier) => {
        const mirror = this.#parse(`${HEAD}:${tier}`);
        return mirror === null ? [] : [[tier, mirror]];
      }),
    );
    const lists = head.job?.lists.map((list) => ({
      ...list,
      additions: this.#parse<Packed>(`${HEAD}:${list.tier}:additions`) ?? list.additions,
      removals: this.#parse<Packed>(`${HEAD}:${list.tier}:removals`) ?? list.removals,
    }));
    const job = head.job === null ? null : { ...head.job, lists: lists ?? [] };
    return { ...head, mirrors, job, listing: this.#parse(`${HEAD}:listing`) };
  }

  #write(name: string, value: unknown): void {
    this.#blobs.write(name, new TextEncoder().encode(JSON.stringify(value)));
  }

  #parse<T>(name: string): T | null {
    const bytes = this.#blobs.read(name);
    return bytes === null ? null : (JSON.parse(new TextDecoder().decode(bytes)) as T);
  }
}

/** The large parts by name; one that is the same object as before has not changed. */
function partsOf({ mirrors, listing, job }: SyncState): ReadonlyMap<string, unknown> {
  const parts = new Map<string, unknown>();
  for (const tier of LIST_TIERS) if (mirrors[tier] !== undefined) parts.set(`${HEAD}:${tier}`, mirrors[tier]);
  if (listing !== null) parts.set(`${HEAD}:listing`, listing);
  for (const { tier, additions, removals } of job?.lists ?? []) {
    if (isLarge(additions)) parts.set(`${HEAD}:${tier}:additions`, additions);
    if (isLarge(removals)) parts.set(`${HEAD}:${tier}:removals`, removals);
  }
  return parts;
}

/** A few rows are written with the head: a row of their own would cost more. */
function isLarge({ n }: Packed): boolean {
  return n > 100;
}

/** The job without what is kept apart. */
function stripJob(job: SyncState['job']): SyncState['job'] {
  if (job === null) return null;
  const strip = (packed: Packed): Packed => (isLarge(packed) ? { ...packed, data: '' } : packed);
  const lists = job.lists.map((list) => ({
    ...list,
    additions: strip(list.additions),
    removals: strip(list.removals),
  }));
  return { ...job, lists };
}
