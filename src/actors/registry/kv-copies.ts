import type { ReleaseKind } from '../contracts.ts';
import { rulesetHashes } from '../../edge/ruleset-names.ts';
import type { ReleaseStore } from './release-store.ts';

/** After a failed copy; from then on the alarm's own backing off. */
const RETRY_MS = 5000;

/** The job that is scheduled for as long as threats may not be copied at once. */
export const THREATS_PACE = 'threats-pace';
/** At most two copies of threats in this time, 288 a day of the 1,000 writes that the free plan allows, however fast an attack makes releases. */
const THREATS_PACE_MS = 10 * 60_000;
/** Fifty copies a day of 0.7 MB would fill the free gigabyte within a month. What is in force for longer is had from the registry. */
const THREATS_SECONDS = 24 * 60 * 60;

/** What isolates look for in KV: large, and not released every few seconds. */
export function isCopied(kind: ReleaseKind): boolean {
  return kind === 'ruleset' || kind === 'model' || kind === 'policy' || kind === 'threats';
}

/** An actor's alarms, narrowed. */
interface Jobs {
  when(name: string): number | null;
  schedule(name: string, at: number): Promise<void>;
}

/** Copies of releases in KV, the isolates' first source: a copy that fails must not lose the publish, for the registry has it too. */
export class KvCopies {
  readonly #kv: () => KVNamespace;
  readonly #releases: ReleaseStore;
  readonly #jobs: Jobs;
  readonly #report: (during: string, error: unknown) => string;

  constructor(
    kv: () => KVNamespace,
    releases: ReleaseStore,
    jobs: Jobs,
    report: (during: string, error: unknown) => string,
  ) {
    this.#kv = kv;
    this.#releases = releases;
    this.#jobs = jobs;
    this.#report = report;
  }

  /** Copies a release that has just been put in force, at `now` or by the job `kv` later. The promise never rejects. */
  async copy(kind: ReleaseKind, hash: string, now: number): Promise<void> {
    try {
      const next = kind === 'threats' ? this.#jobs.when(THREATS_PACE) : null;
      if (next !== null) return await this.#jobs.schedule(`kv:${hash}`, next);
      if (kind === 'threats') await this.#jobs.schedule(THREATS_PACE, now + THREATS_PACE_MS);
      await this.write(hash);
    } catch (error) {
      this.#report('copy to KV', error);
      await this.#jobs.schedule(`kv:${hash}`, now + RETRY_MS);
    }
  }

  /** The job: of what is in force no more, nobody needs a copy. */
  async write(hash: string): Promise<void> {
    const { head } = this.#releases;
    const inForce = Object.values(head.hashes).includes(hash) || [...rulesetHashes(head).values()].includes(hash);
    const body = inForce ? this.#releases.body(hash) : null;
    if (body === null) return;
    const options = hash === head.hashes.threats ? { expirationTtl: THREATS_SECONDS } : {};
    await this.#kv().put(`release:${hash}`, body, options);
  }
}
