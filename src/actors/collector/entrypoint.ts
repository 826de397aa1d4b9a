import { WorkerEntrypoint } from 'cloudflare:workers';
import { type CollectorEnv, SINGLETON } from '../../env.ts';
import type {
  AllowEntry,
  AllowResult,
  IntelligenceRpc,
  IntelligenceStatus,
  SourceChange,
  SourceResult,
  SourceSettings,
  ThreatLookup,
  ThreatPage,
  ThreatQuery,
  ThreatReport,
  ThreatTable,
} from '../contracts.ts';

/** What the shield, or another Worker of the account, reaches over a service binding: the one collector, and nothing of how it is kept. */
export class IntelligenceCollector extends WorkerEntrypoint<CollectorEnv> implements IntelligenceRpc {
  threats(query: ThreatQuery): Promise<ThreatPage> {
    return this.#collector().threats(query);
  }

  lookup(ip: string): Promise<ThreatLookup | null> {
    return this.#collector().lookup(ip);
  }

  status(): Promise<IntelligenceStatus> {
    return this.#collector().status();
  }

  report(reports: readonly ThreatReport[]): Promise<void> {
    return this.#collector().report(reports);
  }

  table(known: string | null): Promise<ThreatTable | null> {
    return this.#collector().table(known);
  }

  addSource(settings: SourceSettings): Promise<SourceResult> {
    return this.#collector().addSource(settings);
  }

  changeSource(id: string, change: SourceChange): Promise<SourceResult> {
    return this.#collector().changeSource(id, change);
  }

  removeSource(id: string): Promise<{ readonly removed: boolean; readonly problem?: string }> {
    return this.#collector().removeSource(id);
  }

  allowlist(): Promise<readonly AllowEntry[]> {
    return this.#collector().allowlist();
  }

  allow(range: string, note: string): Promise<AllowResult> {
    return this.#collector().allow(range, note);
  }

  disallow(range: string): Promise<{ readonly removed: boolean; readonly problem?: string }> {
    return this.#collector().disallow(range);
  }

  collect(ids?: readonly string[], accept?: boolean): Promise<IntelligenceStatus> {
    return this.#collector().collect(ids, accept);
  }

  wake(): Promise<void> {
    return this.#collector().wake();
  }

  #collector(): IntelligenceRpc {
    return this.env.COLLECTOR.getByName(SINGLETON);
  }
}
