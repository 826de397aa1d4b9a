import { namesOneClient } from '../../edge/reputation/client-key.ts';
import type { FactStore } from './facts.ts';

/** More than operate one site; past it the one not seen for longest is forgotten. */
const OPERATOR_LIMIT = 50;
/** An address that nobody operated from for so long may be anybody's. */
const OPERATOR_LIFE_MS = 30 * 86_400_000;
/** Within this a further call is no news, and no row. */
const FRESH_MS = 86_400_000;

/** From where operators called: no plan lists these without a word. */
export class Operators {
  readonly #facts: FactStore;

  constructor(facts: FactStore) {
    this.#facts = facts;
  }

  /** Notes a call; `client` is a client key. */
  note(client: string, now: number): void {
    if (!namesOneClient(client)) return;
    const known = this.#facts.get('operators') ?? {};
    if (now - (known[client] ?? 0) < FRESH_MS) return;
    const all = Object.entries({ ...known, [client]: now }).filter(([, at]) => now - at < OPERATOR_LIFE_MS);
    const latest = all.toSorted(([, a], [, b]) => b - a).slice(0, OPERATOR_LIMIT);
    this.#facts.set('operators', Object.fromEntries(latest));
  }

  /** Client keys. */
  list(now: number): readonly string[] {
    const known = Object.entries(this.#facts.get('operators') ?? {});
    return known.filter(([, at]) => now - at < OPERATOR_LIFE_MS).map(([client]) => client);
  }
}
