import type { BusMessage, NumberedEvent, Stats } from '../actors/contracts.ts';

/** Events the page keeps; more would slow it, and older ones are to be had from `/admin/events`. */
const CAPACITY = 500;

/** What the page knows, built from bus messages alone. */
export interface Ledger {
  /** Of the bus's storage: another epoch numbers from the start again. */
  readonly epoch: string | null;
  /** The last number seen: a reconnect asks for what came after it. */
  readonly last: number;
  readonly seq: number;
  /** Newest first. */
  readonly events: readonly NumberedEvent[];
  readonly stats: Stats;
}

export const EMPTY_LEDGER: Ledger = {
  epoch: null,
  last: 0,
  seq: 0,
  events: [],
  stats: { total: 0, byOutcome: {}, byCategory: {}, byRule: {}, byCountry: {}, byRoute: {}, minutes: [] },
};

/** Takes a message in. An event that is already there (a reconnect tells some twice) changes nothing. */
export function receive(ledger: Ledger, message: BusMessage): Ledger {
  switch (message.type) {
    case 'hello': {
      const { stats, head, epoch } = message;
      const known = epoch === ledger.epoch ? ledger : EMPTY_LEDGER;
      return { ...known, epoch, stats, seq: head.seq };
    }
    case 'events': {
      const fresh = message.events.filter((event) => event.n > ledger.last).toSorted((a, b) => b.n - a.n);
      if (fresh.length === 0) return ledger;
      const last = fresh[0]?.n ?? ledger.last;
      return { ...ledger, last, events: [...fresh, ...ledger.events].slice(0, CAPACITY) };
    }
    case 'totals':
      return { ...ledger, stats: { ...ledger.stats, byOutcome: message.byOutcome } };
    case 'head':
      return { ...ledger, seq: message.head.seq };
    default:
      // A newer bus may say things that this page does not know yet.
      return ledger;
  }
}
