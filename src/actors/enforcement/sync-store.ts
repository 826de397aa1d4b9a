import type { ListTier } from '../contracts.ts';
import { LIST_TIERS } from './list-names.ts';
import type { PackedList } from './mirror.ts';
import type { Packed } from './packed.ts';
import { isCurrent, type JobList, type Listing, type SyncState, type SyncStore } from './sync-state.ts';

/** Rows of text by name. Writes made in one go, with nothing awaited in between, must be stored as one: SQLite in an actor does that. */
export interface TextRows {
  read(name: string): string | null;
  write(name: string, text: string): void;
  remove(name: string): void;
}

/** A row of a Durable Object holds 2 MB; all that is stored here is ASCII, a byte a character. */
const ROW_LIMIT = 1_000_000;

/**
 * Keeps the state in rows, and writes only what has changed: mirrors and a job's work are hundreds of kilobytes that stay
 * as they are while the small rest is saved around every call.
 */
export class RowStore implements SyncStore {
  readonly #rows: TextRows;
  /** What is stored, by name: the parts themselves, told apart by reference, which is enough since they never change. */
  readonly #stored = new Map<string, unknown>();
  readonly #counts = new Map<string, number>();

  constructor(rows: TextRows) {
    this.#rows = rows;
  }

  load(): SyncState | null {
    const core = this.#read('core');
    if (!isCore(core)) return null;
    const mirrors: Partial<Record<ListTier, PackedList>> = {};
    for (const tier of core.mirrors) {
      const mirror = this.#part(`mirror:${tier}`);
      if (isList(mirror)) mirrors[tier] = mirror;
    }
    const lists: JobList[] = [];
    for (const { tier, added, removed } of core.work) {
      const additions = this.#part(`additions:${tier}`);
      const removals = this.#part(`removals:${tier}`);
      if (isPacked(additions) && isPacked(removals)) lists.push({ tier, additions, removals, added, removed });
    }
    const listing = core.listing ? this.#part('listing') : null;
    const { state } = core;
    return {
      ...state,
      mirrors,
      listing: isListing(listing) ? listing : null,
      job: state.job === null ? null : { ...state.job, lists },
    };
  }

  save(state: SyncState): void {
    const { mirrors, listing, job, ...rest } = state;
    for (const tier of LIST_TIERS) {
      const list = job?.lists.find((one) => one.tier === tier);
      this.#keep(`mirror:${tier}`, mirrors[tier]);
      this.#keep(`additions:${tier}`, list?.additions);
      this.#keep(`removals:${tier}`, list?.removals);
    }
    this.#keep('listing', listing ?? undefined);
    const core: Core = {
      state: { ...rest, job: job === null ? null : { ...job, lists: [] } },
      mirrors: LIST_TIERS.filter((tier) => mirrors[tier] !== undefined),
      work: job?.lists.map(({ tier, added, removed }) => ({ tier, added, removed })) ?? [],
      listing: listing !== null,
    };
    this.#keep('core', core);
  }

  #keep(name: string, value: unknown): void {
    if (this.#stored.has(name) && this.#stored.get(name) === value) return;
    this.#stored.set(name, value);
    const text = value === undefined ? '' : JSON.stringify(value);
    const rows = Math.ceil(text.length / ROW_LIMIT);
    for (let i = 0; i < rows; i += 1) {
      this.#rows.write(`${name}:${i}`, text.slice(i * ROW_LIMIT, (i + 1) * ROW_LIMIT));
    }
    const before = this.#counts.get(name) ?? this.#countRows(name);
    for (let i = rows; i < before; i += 1) this.#rows.remove(`${name}:${i}`);
    this.#counts.set(name, rows);
  }

  #part(name: string): unknown {
    const value = this.#read(name);
    if (value !== null) this.#stored.set(name, value);
    return value;
  }

  #read(name: string): unknown {
    const pieces: string[] = [];
    for (let i = 0; ; i += 1) {
      const piece = this.#rows.read(`${name}:${i}`);
      if (piece === null) break;
      pieces.push(piece);
    }
    this.#counts.set(name, pieces.length);
    return pieces.length === 0 ? null : JSON.parse(pieces.join(''));
  }

  #countRows(name: string): number {
    let count = 0;
    while (this.#rows.read(`${name}:${count}`) !== null) count += 1;
    return count;
  }
}

/** The small rest, and which of the large parts there are. */
interface Core {
  readonly state: Omit<SyncState, 'mirrors' | 'listing'>;
  readonly mirrors: readonly ListTier[];
  readonly work: readonly { readonly tier: ListTier; readonly added: number; readonly removed: number }[];
  readonly listing: boolean;
}

// What is read here was written above: these tell the parts apart, and old versions from this one.

function isCore(value: unknown): value is Core {
  return isObject(value) && 'state' in value && isObject(value.state) && isCurrent(value.state);
}

function isPacked(value: unknown): value is Packed {
  return isObject(value) && 'data' in value;
}

function isList(value: unknown): value is PackedList {
  return isObject(value) && 'own' in value && 'foreign' in value;
}

function isListing(value: unknown): value is Listing {
  return isObject(value) && 'pages' in value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
