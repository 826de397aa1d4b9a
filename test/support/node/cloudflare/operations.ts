import { newId, type AccountLists, type Change } from './lists.ts';

/** How an operation goes on: `half` applies half of it and fails, `stuck` stays pending until it is released. */
export type Course = 'whole' | 'half' | 'stuck';

export interface Operation {
  readonly id: string;
  readonly list: string;
  readonly action: Change['action'];
  /** How many items the request named. */
  readonly size: number;
  readonly status: 'pending' | 'running' | 'completed' | 'failed';
  readonly completed?: string;
  readonly error?: string;
}

export interface KeptOperation {
  shown: Operation;
  readonly startedAt: number;
  course: Course;
  /** Null once it is over. */
  change: Change | null;
}

/** Enough for any test to look back; the real API keeps them for a while too. */
const KEPT = 1000;

/** Bulk operations of one account. They take real time: each look at them first does what is due by then. */
export class BulkOperations {
  readonly #lists: AccountLists;
  readonly #durationMs: number;
  #all: KeptOperation[] = [];

  constructor(lists: AccountLists, durationMs: number) {
    this.#lists = lists;
    this.#durationMs = durationMs;
  }

  all(): readonly Operation[] {
    return this.#all.map(({ shown }) => shown);
  }

  kept(): readonly KeptOperation[] {
    return this.#all;
  }

  restore(operations: readonly KeptOperation[]): void {
    this.#all = [...operations];
  }

  find(id: string): Operation | undefined {
    return this.#all.find(({ shown }) => shown.id === id)?.shown;
  }

  /** One at a time in an account, whichever list it is for. */
  get pending(): boolean {
    return this.#all.some(({ change }) => change !== null);
  }

  start(change: Change, course: Course, now: number): string {
    const id = newId();
    const size = change.action === 'delete' ? change.ids.length : change.items.length;
    const shown: Operation = { id, list: change.list, action: change.action, size, status: 'pending' };
    this.#all.push({ shown, startedAt: now, course, change });
    this.#all = this.#all.slice(-KEPT);
    return id;
  }

  /** Stuck operations go on from now. */
  release(): void {
    for (const operation of this.#all) if (operation.course === 'stuck') operation.course = 'whole';
  }

  /** Brings every operation to where it is at `now`. Says whether any of them changed. */
  settle(now: number): boolean {
    let changed = false;
    for (const operation of this.#all) {
      const { change, course, startedAt, shown } = operation;
      if (change === null || course === 'stuck') continue;
      if (now >= startedAt + this.#durationMs) {
        const completed = new Date(startedAt + this.#durationMs).toISOString();
        const problem = this.#lists.apply(change, completed, course === 'half' ? 0.5 : 1);
        const error = problem ?? (course === 'half' ? 'internal error: not all items were processed' : null);
        operation.change = null;
        operation.shown =
          error === null
            ? { ...shown, status: 'completed', completed }
            : { ...shown, status: 'failed', completed, error };
        changed = true;
      } else if (shown.status === 'pending' && now >= startedAt + this.#durationMs / 2) {
        operation.shown = { ...shown, status: 'running' };
        changed = true;
      }
    }
    return changed;
  }
}
