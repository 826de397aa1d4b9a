import type { CollectorEnv } from '../../env.ts';
import type { SourceSettings } from '../contracts.ts';
import type { Catalogue } from './catalogue.ts';
import { feedAgent } from './feed-agent.ts';
import type { FeedHerald } from './feed-herald.ts';
import { fetchFeed } from './fetch-feed.ts';
import { nextFetchAt } from './fetch-times.ts';
import type { Fetched } from './read-feed.ts';
import { isFetched, type Source } from './source-record.ts';
import { takeFetched } from './take-fetched.ts';

/** Feeds read at once: each holds a few megabytes, and one slow host must not hold up the rest. */
const FETCH_AT_ONCE = 4;

type FetchEnv = Pick<CollectorEnv, 'FEED_CONTACT' | 'FEED_ALLOW_HTTP' | 'FEED_MIRROR'>;

/** Fetches sources and puts what came into the catalogue. What goes wrong with one source stays with it. */
export class Fetcher {
  readonly #catalogue: Catalogue;
  readonly #env: FetchEnv;
  readonly #herald: FeedHerald;
  /** Sets when the source is asked next, Unix milliseconds. */
  readonly #schedule: (id: string, at: number) => Promise<void>;
  /** An alarm and an operator may want the same source at the same time: it is fetched once. */
  readonly #running = new Map<string, Promise<boolean>>();
  #busy = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(
    catalogue: Catalogue,
    env: FetchEnv,
    herald: FeedHerald,
    schedule: (id: string, at: number) => Promise<void>,
  ) {
    this.#catalogue = catalogue;
    this.#env = env;
    this.#herald = herald;
    this.#schedule = schedule;
  }

  /** True when a new copy stands. `accept`: an operator vouches for a list that shrank. */
  fetch(id: string, accept: boolean): Promise<boolean> {
    let running = this.#running.get(id);
    if (running === undefined) {
      running = this.#inTurn(() => this.#fetch(id, accept)).finally(() => this.#running.delete(id));
      this.#running.set(id, running);
    }
    return running;
  }

  /** True when a new copy of any of them stands. */
  async fetchAll(sources: readonly Source[], accept: boolean): Promise<boolean> {
    const due = sources.filter((source) => Date.now() >= this.#earliest(source));
    const news = await Promise.all(due.map(({ settings }) => this.fetch(settings.id, accept)));
    return news.includes(true);
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#busy >= FETCH_AT_ONCE) await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    else this.#busy += 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // The place is handed on, so that nobody who comes just now takes it.
      if (next === undefined) this.#busy -= 1;
      else next();
    }
  }

  async #fetch(id: string, accept: boolean): Promise<boolean> {
    const asked = this.#catalogue.find(id);
    if (asked === undefined || !isFetched(asked)) return false;
    const fetched = await this.#ask(asked);
    const source = this.#catalogue.find(id);
    // An operator removed it meanwhile, or turned to another list.
    if (source === undefined) return false;
    if (!isSameList(source.settings, asked.settings)) return this.#fetch(id, accept);
    const now = Date.now();
    const spares = source.settings.role === 'allow';
    const others = this.#catalogue
      .list()
      .filter(({ settings }) => settings.enabled && settings.id !== id && (settings.role === 'allow') === spares);
    const taken = takeFetched(source, fetched, {
      now,
      accept,
      standing: this.#catalogue.table(id),
      otherRows: others.reduce((rows, { settings }) => rows + this.#catalogue.table(settings.id).high.length, 0),
    });
    if (taken.table === null) this.#catalogue.note(id, taken.record);
    else this.#catalogue.takeCopy(id, taken.record, taken.table);
    if (taken.event !== null) this.#herald.tell(id, taken.event, now);
    const { intervalSeconds, enabled } = source.settings;
    const next = nextFetchAt(now, intervalSeconds, taken.record.failures, Math.random());
    const earliest = this.#earliest({ ...source, record: taken.record });
    if (enabled) await this.#schedule(id, Math.max(next, earliest));
    return taken.table !== null;
  }

  #ask({ settings, record }: Source): Promise<Fetched> {
    // The tags speak of a copy; one that can no longer be read is fetched whole.
    const { etag, lastModified } = record;
    const stands = this.#catalogue.table(settings.id).high.length > 0;
    return fetchFeed(settings, {
      userAgent: feedAgent(this.#env.FEED_CONTACT),
      allowHttp: this.#env.FEED_ALLOW_HTTP === 'true',
      mirror: this.#env.FEED_MIRROR,
      etag: stands ? etag : null,
      lastModified: stands ? lastModified : null,
      now: Date.now(),
    });
  }

  /** Publishers' terms hold for operators in a hurry too; a mirror is the operator's own. */
  #earliest({ builtIn, record }: Source): number {
    if ((this.#env.FEED_MIRROR ?? '') !== '') return 0;
    // What was not believed was sent all the same.
    const sent = record.suspect ? record.lastAttempt : record.lastSuccess;
    return (sent ?? 0) + (builtIn?.apartSeconds ?? 0) * 1000;
  }
}

function isSameList(a: SourceSettings, b: SourceSettings): boolean {
  return a.url === b.url && a.format === b.format && a.column === b.column;
}
