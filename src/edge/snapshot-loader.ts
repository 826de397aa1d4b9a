import type { Head, ReleaseKind } from '../actors/contracts.ts';
import type { Env } from '../env.ts';
import type { Actors } from './actors.ts';
import { sha256 } from './sha256.ts';
import { applyReleases, bundledSnapshot, missingBodies, type Snapshot } from './snapshot.ts';

/** An isolate asks the registry at least this often, give or take a fifth so that isolates do not ask in step. */
const SILENCE_MS = 30_000;
const JITTER = 0.2;
/** A load that has not ended by then was cancelled with its request; another may begin. */
const LOAD_PATIENCE_MS = 15_000;
/** After a head that would not load: as long as until the next routine question, unless a newer head appears. */
const RETRY_MS = SILENCE_MS;

/** Large and rarely changed: read from the nearest KV place first. Threats are about fifty releases a day. The other lists change too often for KV's write allowance. */
const IN_KV: ReadonlySet<ReleaseKind> = new Set<ReleaseKind>(['ruleset', 'model', 'policy', 'threats']);

/**
 * Keeps this isolate's snapshot up to date. Requests take the reference once and keep what they took; a new snapshot is
 * whole before it is put in place, and one that fails to load leaves the old one in force.
 */
export class SnapshotLoader {
  #snapshot: Snapshot | null = null;
  /** The newest seq that any reply has told. */
  #hinted = 0;
  #failedSeq = -1;
  #askAt = 0;
  #loadingUntil = 0;

  current(env: Env): Snapshot {
    return (this.#snapshot ??= bundledSnapshot(env));
  }

  hear(seq: number): void {
    if (seq > this.#hinted) this.#hinted = seq;
  }

  /** True when a request should load in its `waitUntil`: a newer head is said to exist, or nothing was asked for a while. */
  isDue(env: Env, now: number): boolean {
    if (now < this.#loadingUntil) return false;
    const news = this.#hinted > this.current(env).seq && this.#hinted !== this.#failedSeq;
    return news || now >= this.#askAt;
  }

  /** Asks for the head and takes what is new. Answers what went wrong in plain words, or null. */
  async load(env: Env, actors: Actors): Promise<string | null> {
    this.#loadingUntil = Date.now() + LOAD_PATIENCE_MS;
    const problem = await this.#load(env, actors);
    this.#loadingUntil = 0;
    const pause = problem === null ? SILENCE_MS : RETRY_MS;
    this.#askAt = Date.now() + pause * (1 - JITTER + 2 * JITTER * Math.random());
    return problem;
  }

  async #load(env: Env, actors: Actors): Promise<string | null> {
    const asked = await actors.head();
    if (!asked.ok) {
      // Also a hint that cannot be followed up now must not make every request ask.
      this.#failedSeq = this.#hinted;
      return `the registry did not answer: ${asked.failure}`;
    }
    const head = asked.value;
    const before = this.current(env);
    if (head.seq <= before.seq) {
      // A hint ahead of the registry itself cannot be true: forget it.
      this.#hinted = before.seq;
      return null;
    }
    const bodies = await this.#fetchBodies(env, actors, before, head);
    if (typeof bodies === 'string') return this.#fail(head, bodies);
    const next = applyReleases(before, head, bodies, env);
    if (!next.ok) {
      const [first] = next.problems;
      return this.#fail(head, `release ${head.seq} does not compile: ${first?.path ?? ''} ${first?.message ?? ''}`);
    }
    // Another request may have loaded a newer one meanwhile.
    if (next.value.seq > this.current(env).seq) this.#snapshot = next.value;
    return null;
  }

  #fail(head: Head, problem: string): string {
    this.#failedSeq = head.seq;
    return problem;
  }

  /** The bodies that differ from those in force, or what is wrong. */
  async #fetchBodies(
    env: Env,
    actors: Actors,
    before: Snapshot,
    head: Head,
  ): Promise<ReadonlyMap<string, string> | string> {
    const bodies = new Map<string, string>();
    for (const [hash, kind] of missingBodies(before, head)) {
      const body = await fetchBody(env, actors, kind, hash);
      if (body === null) return `the body of the ${kind} in release ${head.seq} cannot be had`;
      bodies.set(hash, body);
    }
    return bodies;
  }
}

/** From KV if it has the right bytes, else from the registry, which is asked but not believed either. */
async function fetchBody(env: Env, actors: Actors, kind: ReleaseKind, hash: string): Promise<string | null> {
  if (IN_KV.has(kind)) {
    const cached = await env.WAF_RULES.get(`release:${hash}`).catch(() => null);
    if (cached !== null && (await sha256(cached)) === hash) return cached;
  }
  const kept = await actors.body(hash);
  if (!kept.ok || kept.value === null) return null;
  return (await sha256(kept.value)) === hash ? kept.value : null;
}
