import { redactText } from '../../edge/redact.ts';
import { namesOneClient } from '../../edge/reputation/client-key.ts';
import { type Env, SINGLETON } from '../../env.ts';
import { Actor } from '../actor.ts';
import type { Evidence, RegistryRpc, ReputationRpc, ReputationState, SeqHint } from '../contracts.ts';
import { blockDue, describeMemory, forgetAt, type Memory, noteBlock, remember, scoreAt } from './score.ts';

/** One packed row: evidence comes in bursts, and each row written is billed. */
const MIGRATIONS = [`CREATE TABLE memory (one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL)`];

/** Evidence in one report; an isolate reports at most every second or so, by category. */
const REPORT_LIMIT = 50;
/** After a call to the registry or the collector failed. */
const RETRY_MS = 1000;

/**
 * What one client (an IPv4 address or an IPv6 /64: the actor's name) has done, fading with time. It stores nothing
 * until there is evidence, and when it has forgotten everything it leaves the watchlist and deletes itself.
 */
export class ReputationActor extends Actor implements ReputationRpc {
  #memory: Memory | null;
  /** What the registry said last. */
  #seq = 0;
  /** Once per life of the instance: its predecessor may have died before it had told the registry, or the registry may have let the key go. */
  #announced = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, MIGRATIONS);
    this.#memory = this.#read();
    this.alarms.handle('forget', () => this.#forgetWhenFaded());
    this.alarms.handle('watch', () => this.#tellWatched());
    this.alarms.handle('block', () => this.#askBlock());
    this.alarms.handle('accuse', () => this.#accuse());
  }

  report(evidence: readonly Evidence[]): Promise<SeqHint & { readonly score: number }> {
    return this.answer('report', async () => {
      const now = Date.now();
      if (namesOneClient(this.name)) await this.#take(evidence.slice(0, REPORT_LIMIT), now);
      return { seq: this.#seq, score: scoreAt(this.#memory, now) };
    });
  }

  look(): Promise<ReputationState & SeqHint> {
    return this.answer('look', () => ({ ...describeMemory(this.name, this.#memory, Date.now()), seq: this.#seq }));
  }

  /** What the collector was told is not taken back: it fades within hours, and its allow-list is where to spare an address for good. */
  forget(): Promise<SeqHint> {
    return this.answer('forget', async () => {
      const blocked = this.#memory !== null && this.#memory.blockedUntil > Date.now();
      await this.#forget();
      if (blocked) this.#seq = (await this.#registry().unblock(this.name, 'operator')).seq;
      return { seq: this.#seq };
    });
  }

  async #take(evidence: readonly Evidence[], now: number): Promise<void> {
    const before = this.#memory;
    const after = remember(before, evidence, now);
    if (after === null || after === before) return;
    this.#memory = after;
    this.#write(after);
    // Moved later only when it rings: each move would be a row, and evidence comes often.
    if (this.alarms.when('forget') === null) await this.alarms.schedule('forget', forgetAt(after));
    // Awaited, since isolates report in the background anyway.
    if (!this.#announced) await this.#orLater('watch', () => this.#tellWatched());
    if (blockDue(after, now) !== null) await this.#orLater('block', () => this.#askBlock());
  }

  /** Does it now; should the registry not answer, the alarm does it again, backing off. */
  async #orLater(job: 'watch' | 'block', work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logFault(job, error);
      await this.alarms.schedule(job, Date.now() + RETRY_MS);
    }
  }

  async #tellWatched(): Promise<void> {
    if (this.#memory === null) return;
    this.#announced = true;
    try {
      this.#seq = (await this.#registry().watch(this.name)).seq;
    } catch (error) {
      this.#announced = false;
      throw error;
    }
  }

  async #askBlock(): Promise<void> {
    const now = Date.now();
    const before = this.#memory;
    const duration = before === null ? null : blockDue(before, now);
    if (before === null || duration === null) return;
    // Noted first: reports that come while the registry is asked must not ask again.
    this.#memory = noteBlock(before, now + duration);
    try {
      const request = {
        ip: this.name,
        reason: worstOf(before, now),
        ttlSeconds: duration / 1000,
        source: 'reputation',
      };
      const result = await this.#registry().block(request);
      if (result.ok) this.#seq = result.seq;
      else this.logFault('block', new Error(result.problems.map((problem) => problem.message).join('; ')));
    } catch (error) {
      const { blockedUntil, blocks } = before;
      if (this.#memory !== null) this.#memory = { ...this.#memory, blockedUntil, blocks };
      throw error;
    }
    if (this.#memory !== null) this.#write(this.#memory);
    // By the alarm, at once: the block must not wait for the collector, nor be asked for again because that one is down.
    await this.alarms.schedule('accuse', now);
  }

  /** First-hand evidence for the collector: once for each block, which may make a threat of it for the whole account. */
  async #accuse(): Promise<void> {
    const now = Date.now();
    const memory = this.#memory;
    // When the block is over, so is the news.
    if (memory === null || memory.blockedUntil <= now) return;
    const why = redactText(worstOf(memory, now));
    const report = { client: this.name, confidence: scoreAt(memory, now), why, at: memory.at };
    await this.env.INTELLIGENCE_COLLECTOR.report([report]);
  }

  async #forgetWhenFaded(): Promise<void> {
    if (this.#memory === null) return;
    const at = forgetAt(this.#memory);
    if (at > Date.now()) await this.alarms.schedule('forget', at);
    else await this.#forget();
  }

  /** Leaves the watchlist, then deletes itself: the other way round a failure would leave the key watched for ever. */
  async #forget(): Promise<void> {
    const memory = this.#memory;
    if (memory === null) return;
    this.#announced = false;
    this.#seq = (await this.#registry().unwatch(this.name)).seq;
    // What came in meanwhile was not meant.
    if (this.#memory === memory) {
      this.#memory = null;
      await this.erase();
    } else await this.#tellWatched();
  }

  #registry(): RegistryRpc {
    return this.env.REGISTRY.getByName(SINGLETON);
  }

  #read(): Memory | null {
    if (this.db.empty) return null;
    const row = this.db.exec<{ body: string }>(`SELECT body FROM memory`).toArray()[0];
    return row === undefined ? null : JSON.parse(row.body);
  }

  #write(memory: Memory): void {
    const body = JSON.stringify(memory);
    this.db.exec(`INSERT INTO memory VALUES (1, ?1) ON CONFLICT (one) DO UPDATE SET body = ?1`, body);
  }
}

/** Why, for the blocklist: the category that weighs most and the latest evidence of it. */
function worstOf(memory: Memory, now: number): string {
  const [category = 'score'] = Object.entries(memory.sums).toSorted(([, a], [, b]) => b - a)[0] ?? [];
  const latest = memory.why.find((why) => why.category === category);
  const score = scoreAt(memory, now).toFixed(2);
  return `reputation ${score}, mostly ${category}${latest === undefined ? '' : `: ${latest.why}`}`;
}
