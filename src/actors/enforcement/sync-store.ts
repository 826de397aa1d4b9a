import type { Database } from '../database.ts';
import type { BlobStore } from './blob-store.ts';
import type { SyncState, SyncStore } from './sync-state.ts';

/** The state's parts that can be large, each kept apart: most steps change one of them, or none. */
const PARTS = ['block', 'challenge', 'rate_limit'] as const;

/** Keeps the state of the synchronisation in packed rows, and writes those that have changed. */
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
    this.#db.transaction(() => {
      for (const tier of PARTS) {
        const mirror = state.mirrors[tier];
        if (mirror !== before?.mirrors[tier]) this.#write(`sync:${tier}`, mirror ?? null);
      }
      if (state.listing !== before?.listing) this.#write('sync:listing', state.listing);
      this.#write('sync', { ...state, mirrors: {}, listing: null });
    });
    this.#state = state;
  }

  #read(): SyncState | null {
    const state: SyncState | null = this.#parse('sync');
    if (state === null || state.version !== 1) return null;
    const mirrors = Object.fromEntries(
      PARTS.flatMap((tier) => {
        const mirror: unknown = this.#parse(`sync:${tier}`);
        return mirror === null ? [] : [[tier, mirror]];
      }),
    );
    return { ...state, mirrors, listing: this.#parse('sync:listing') };
  }

  #write(name: string, value: unknown): void {
    this.#blobs.write(name, value === null ? null : new TextEncoder().encode(JSON.stringify(value)));
  }

  #parse<T>(name: string): T | null {
    const bytes = this.#blobs.read(name);
    return bytes === null ? null : JSON.parse(new TextDecoder().decode(bytes));
  }
}
