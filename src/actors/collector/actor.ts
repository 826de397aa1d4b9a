import { parseRange } from '../../edge/reputation/range.ts';
import { type CollectorEnv, SINGLETON } from '../../env.ts';
import { Actor } from '../actor.ts';
import type {
  AllowEntry,
  AllowResult,
  IntelligenceRpc,
  IntelligenceStatus,
  SourceChange,
  SourceResult,
  SourceSettings,
  SourceState,
  ThreatLookup,
  ThreatPage,
  ThreatQuery,
  ThreatReport,
  ThreatTable,
} from '../contracts.ts';
import { ALLOW_LIMIT, ALLOW_MIGRATION, AllowStore, NOTE_LIMIT } from './allow-store.ts';
import { FIRST_HAND } from './built-in-sources.ts';
import { Catalogue } from './catalogue.ts';
import { FACT_MIGRATION, FactStore } from './fact-store.ts';
import { FeedHerald } from './feed-herald.ts';
import { Fetcher } from './fetcher.ts';
import { readReport, REPORT_LIMIT, tableOfSightings } from './first-hand.ts';
import { gather } from './gather.ts';
import { Intelligence } from './intelligence.ts';
import { stateOf } from './intelligence-state.ts';
import { SIGHTING_MIGRATION, SightingStore } from './sighting-store.ts';
import { describeSource, isFetched, type Source } from './source-record.ts';
import { SOURCE_MIGRATION } from './source-store.ts';

const MIGRATIONS = [SOURCE_MIGRATION + ALLOW_MIGRATION + SIGHTING_MIGRATION + FACT_MIGRATION];

/** Feeds come in one after the other: one merge for those that come together. */
const MERGE_SOON_MS = 2000;
/** Scores fade, and what has faded must leave the lists: to the hour, as times are kept. */
const MERGE_EACH_MS = 3_600_000;
/** The first evidence of an attack is merged at once; a merge is 100 ms of work, and a botnet brings evidence each second. */
const EVIDENCE_EACH_MS = 30_000;
/** Should the instance die over a fetch: 32 sources, four at once, 20 s each at worst. */
const FETCH_AGAIN_MS = 180_000;
/** The caller waits; what is not done by then goes on. */
const COLLECT_MS = 25_000;

/** Fetches feeds, keeps the last good copy of each, and merges them with the shield's own evidence into scored threats. */
export class Collector extends Actor<CollectorEnv> implements IntelligenceRpc {
  readonly #catalogue: Catalogue;
  readonly #allowed: AllowStore;
  readonly #sightings: SightingStore;
  readonly #facts: FactStore;
  readonly #fetcher: Fetcher;
  #intelligence: Intelligence | null = null;
  /** When evidence was last merged, Unix milliseconds. */
  #evidenceAt = 0;
  #awake = false;

  constructor(ctx: DurableObjectState, env: CollectorEnv) {
    super(ctx, env, MIGRATIONS);
    this.#catalogue = new Catalogue(this.db);
    this.#allowed = new AllowStore(this.db);
    this.#sightings = new SightingStore(this.db);
    this.#facts = new FactStore(this.db);
    const herald = new FeedHerald(this.#facts, this.bindings.THREAT_BUS, (task) => ctx.waitUntil(task), this.logFault);
    this.#fetcher = new Fetcher(this.#catalogue, env, herald, (id, at) => this.alarms.schedule(`fetch:${id}`, at));
    this.alarms.handle('fetch', (id) => this.#fetchBehind(id));
    this.alarms.handle('merge', () => this.#merge());
    this.alarms.handle('evidence', () => this.#tellEngine());
  }

  threats(query: ThreatQuery): Promise<ThreatPage> {
    return this.#serve('threats', () => this.#current().page(query));
  }

  lookup(ip: string): Promise<ThreatLookup | null> {
    return this.#serve('lookup', () => this.#current().lookup(ip));
  }

  status(): Promise<IntelligenceStatus> {
    return this.#serve('status', () => this.#describe());
  }

  table(known: string | null): Promise<ThreatTable | null> {
    return this.#serve('table', () => {
      const intelligence = this.#current();
      return intelligence.merged.etag === known ? null : intelligence.table();
    });
  }

  report(reports: readonly ThreatReport[]): Promise<void> {
    return this.#serve('report', async () => {
      const now = Date.now();
      let news = false;
      for (const report of reports.slice(0, REPORT_LIMIT)) {
        const sighting = readReport(report, now);
        // The shield's own actors report: what is not of the form is a bug there, and no reason to lose the rest.
        if (!sighting.ok) this.logFault('report', new Error(sighting.problems[0]?.message));
        else if (this.#sightings.add(sighting.value)) news = true;
      }
      if (news) await this.#soon('evidence', Math.max(MERGE_SOON_MS, this.#evidenceAt + EVIDENCE_EACH_MS - now));
    });
  }

  addSource(settings: SourceSettings): Promise<SourceResult> {
    return this.#serve('addSource', async (): Promise<SourceResult> => {
      const added = this.#catalogue.add(settings, this.#allowHttp);
      if (!added.ok) return added;
      await this.#follow(added.value, Date.now());
      return { ok: true, source: this.#show(added.value) };
    });
  }

  changeSource(id: string, change: SourceChange): Promise<SourceResult> {
    return this.#serve('changeSource', async (): Promise<SourceResult> => {
      const changed = this.#catalogue.change(id, change, this.#allowHttp);
      if (changed === null) return refuse('id', 'there is no such source');
      if (!changed.ok) return changed;
      const { source, moved } = changed.value;
      await this.#follow(source, moved ? Date.now() : null);
      await this.#merge();
      return { ok: true, source: this.#show(source) };
    });
  }

  removeSource(id: string): Promise<{ readonly removed: boolean; readonly problem?: string }> {
    return this.#serve('removeSource', async () => {
      const source = this.#catalogue.find(id);
      if (source === undefined) return { removed: false };
      if (source.builtIn !== null) return { removed: false, problem: 'it comes with the shield: turn it off instead' };
      this.#catalogue.remove(id);
      await this.alarms.cancel(`fetch:${id}`);
      await this.#merge();
      return { removed: true };
    });
  }

  allowlist(): Promise<readonly AllowEntry[]> {
    return this.#serve('allowlist', () => this.#current().allowlist());
  }

  allow(range: string, note: string): Promise<AllowResult> {
    return this.#serve('allow', async (): Promise<AllowResult> => {
      const parsed = parseRange(range);
      if (!parsed.ok) return { ok: false, problems: [{ ...parsed.problem, path: 'range' }] };
      const told = note.trim();
      if (told === '' || told.length > NOTE_LIMIT) return refuse('note', `must have 1 to ${NOTE_LIMIT} characters`);
      const { text } = parsed.range;
      const entries = this.#allowed.list();
      if (entries.length >= ALLOW_LIMIT && !entries.some(({ entry }) => entry.range === text))
        return refuse('', `there are ${ALLOW_LIMIT} entries, and no more are taken`);
      this.#allowed.put(text, told);
      await this.#merge();
      return { ok: true, entry: { range: text, note: told, origin: 'operator' } };
    });
  }

  disallow(range: string): Promise<{ readonly removed: boolean; readonly problem?: string }> {
    return this.#serve('disallow', async () => {
      const parsed = parseRange(range);
      const text = parsed.ok ? parsed.range.text : range;
      if (this.#allowed.remove(text)) {
        await this.#merge();
        return { removed: true };
      }
      const other = this.#current()
        .allowlist()
        .find((entry) => entry.range === text);
      if (other === undefined) return { removed: false };
      return { removed: false, problem: `it is there because of ${other.note}, not by an operator` };
    });
  }

  collect(ids?: readonly string[], accept = false): Promise<IntelligenceStatus> {
    return this.#serve('collect', async () => {
      const wanted = this.#catalogue.list().filter((s) => isFetched(s) && (ids?.includes(s.settings.id) ?? true));
      // An alarm may have fetched the news a moment ago and left the merge for later: who asks wants to see it.
      const done = this.#fetcher
        .fetchAll(wanted, accept)
        .then((news) => (news || this.#isMergeDue() ? this.#merge() : undefined));
      this.ctx.waitUntil(done);
      await atMost(done, COLLECT_MS);
      return this.#describe();
    });
  }

  wake(): Promise<void> {
    return this.#serve('wake', () => undefined);
  }

  /** Every call sees to it that the alarms are set, once per life of the instance: nobody else would. */
  #serve<T>(during: string, work: () => T | Promise<T>): Promise<T> {
    return this.answer(during, async () => {
      if (!this.#awake) {
        for (const source of this.#catalogue.list()) await this.#follow(source, null);
        this.#awake = true;
      }
      return work();
    });
  }

  /** Sets or takes back the source's job; `at`: sooner than it is planned, Unix milliseconds. */
  async #follow(source: Source, at: number | null): Promise<void> {
    const job = `fetch:${source.settings.id}`;
    if (!isFetched(source)) await this.alarms.cancel(job);
    else if (at !== null || this.alarms.when(job) === null) await this.alarms.schedule(job, at ?? Date.now());
  }

  /** An alarm's jobs run one after the other: evidence must not wait for a host that is slow. */
  async #fetchBehind(id: string): Promise<void> {
    const source = this.#catalogue.find(id);
    if (source === undefined || !isFetched(source)) return;
    await this.alarms.schedule(`fetch:${id}`, Date.now() + FETCH_AGAIN_MS);
    const done = this.#fetcher.fetch(id, false).then((news) => (news ? this.#soon('merge', MERGE_SOON_MS) : undefined));
    this.ctx.waitUntil(done.catch((error: unknown) => this.logFault(`fetch ${id}`, error)));
  }

  #isMergeDue(): boolean {
    const at = this.alarms.when('merge');
    return at !== null && at <= Date.now() + MERGE_SOON_MS;
  }

  /** The job within `wait`, or earlier if it is planned so. */
  async #soon(job: 'merge' | 'evidence', wait: number): Promise<void> {
    const at = Date.now() + wait;
    const planned = this.alarms.when(job);
    if (planned === null || planned > at) await this.alarms.schedule(job, at);
  }

  async #merge(): Promise<void> {
    const now = Date.now();
    const evidence = this.#catalogue.find(FIRST_HAND.id)?.settings ?? FIRST_HAND;
    this.#sightings.prune(now - evidence.lifetimeSeconds * 1000);
    this.#intelligence = this.#mergeAt(now);
    this.#facts.setMergedAt(now);
    await this.alarms.schedule('merge', now + MERGE_EACH_MS);
  }

  #mergeAt(now: number): Intelligence {
    const evidence = tableOfSightings(this.#sightings.list());
    const tableOf = (id: string) => (id === FIRST_HAND.id ? evidence : this.#catalogue.table(id));
    return new Intelligence(gather(this.#catalogue.list(), tableOf, this.#allowed.list(), now), now);
  }

  /** The last merge; an instance that wakes makes it again, as of the same moment, so that the etag stays. */
  #current(): Intelligence {
    this.#intelligence ??= this.#mergeAt(this.#facts.mergedAt() ?? 0);
    return this.#intelligence;
  }

  /** First-hand evidence must be in the lists soon. Best effort: the engine asks by itself too. */
  async #tellEngine(): Promise<void> {
    this.#evidenceAt = Date.now();
    await this.#merge();
    try {
      await this.bindings.ENFORCEMENT?.getByName(SINGLETON).evidenceArrived();
    } catch (error) {
      this.logFault('tell the engine', error);
    }
  }

  #describe(): IntelligenceStatus {
    const { merged } = this.#current();
    const sources = this.#catalogue.list();
    const mergedAt = this.#facts.mergedAt();
    return {
      state: stateOf(sources, Date.now()),
      threats: merged.rows.high.length,
      allowed: merged.allow.ranges.length,
      firstHand: this.#sightings.size,
      mergedAt,
      etag: mergedAt === null ? null : merged.etag,
      sources: sources.map((source) => this.#show(source)),
      events: this.#facts.events(),
    };
  }

  #show(source: Source): SourceState {
    const { id } = source.settings;
    const rows = id === FIRST_HAND.id ? this.#sightings.size : source.record.rows;
    return describeSource(source, this.alarms.when(`fetch:${id}`), rows);
  }

  get #allowHttp(): boolean {
    return this.bindings.FEED_ALLOW_HTTP === 'true';
  }
}

/** Waits for `work`, but no longer than `ms`. */
async function atMost(work: Promise<void>, ms: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

function refuse(path: string, message: string): { ok: false; problems: { path: string; message: string }[] } {
  return { ok: false, problems: [{ path, message }] };
}
