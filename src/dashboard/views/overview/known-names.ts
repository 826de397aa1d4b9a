import type { NumberedEvent } from '../../../actors/contracts.ts';

/** What events tell of rules and networks by the way: totals know them by id and number alone. */
export class KnownNames {
  readonly #rules = new Map<string, string>();
  readonly #networks = new Map<string, string>();

  /** Newest first: a rule that was renamed has its newest name. */
  learn(events: readonly NumberedEvent[]): void {
    this.#rules.clear();
    this.#networks.clear();
    for (const { rules = [], client } of events) {
      for (const { id, name } of rules) if (!this.#rules.has(id)) this.#rules.set(id, name);
      if (client?.asn === undefined || client.organization === undefined) continue;
      const key = `AS${client.asn}`;
      if (!this.#networks.has(key)) this.#networks.set(key, client.organization);
    }
  }

  /** `sqli-101 UNION SELECT`, or the id alone. */
  rule(id: string): string {
    return [id, this.#rules.get(id)].filter(Boolean).join(' ');
  }

  /** `AS64500 Example Networks`, or the number alone. */
  network(asn: string): string {
    return [asn, this.#networks.get(asn)].filter(Boolean).join(' ');
  }
}
