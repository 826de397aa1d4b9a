import type { CheckResult, EventClient, ReputationState } from '../../actors/contracts.ts';
import { ask } from '../control/ask.ts';
import { recordStops } from './still-stopped.ts';

/** What is known of an address now; null where the shield did not say. */
export interface Known {
  readonly check: CheckResult | null;
  readonly reputation: ReputationState | null;
  /** What the shield remembers of it is enough to refuse whatever it asks for. */
  readonly stops: boolean;
}

/** How an address stands now: asked once for all parts of the drawer that tell of it, and again after each change. */
export class Standing {
  readonly client: EventClient;
  readonly #listeners: ((known: Known) => void)[] = [];
  #asked = 0;

  constructor(client: EventClient) {
    this.client = client;
  }

  /** Calls `listener` with each answer. */
  follow(listener: (known: Known) => void): void {
    this.#listeners.push(listener);
  }

  async refresh(): Promise<void> {
    this.#asked += 1;
    const mine = this.#asked;
    const { ip, asn } = this.client;
    const query = new URLSearchParams({ ip, ...(asn !== undefined && { asn: String(asn) }) });
    const [check, reputation] = await Promise.all([
      ask<CheckResult>(`/check?${query}`),
      ask<ReputationState>(`/admin/reputation/${encodeURIComponent(ip)}`),
    ]);
    const stops = reputation.kind === 'ok' && (await recordStops(reputation.value.score));
    // A later question has the later answer.
    if (mine !== this.#asked) return;
    const known = {
      check: check.kind === 'ok' ? check.value : null,
      reputation: reputation.kind === 'ok' ? reputation.value : null,
      stops,
    };
    for (const listener of this.#listeners) listener(known);
  }
}
