import type { Fleet } from '../contracts.ts';

/** An isolate that was silent for so long may be gone. */
const SILENCE_MS = 60_000;
/** Isolates of one site that see traffic within a minute; past that the one that was silent longest is forgotten. */
const CAPACITY = 1000;
const NAME_LIMIT = 64;

interface Member {
  readonly seq: number;
  /** Unix milliseconds of its last word. */
  readonly at: number;
}

/** The isolates that reported lately, and how far they have come with the newest release. In memory alone: a minute makes it whole again. */
export class IsolateRoll {
  /** The one that reported last is the last. */
  readonly #members = new Map<string, Member>();
  #rollout: { readonly seq: number; readonly at: number; tookMs: number | null } | null = null;

  /** A new release is in force from `now` (Unix milliseconds) on. */
  release(seq: number, now: number): void {
    if (seq > (this.#rollout?.seq ?? 0)) this.#rollout = { seq, at: now, tookMs: null };
  }

  hear(isolate: string, seq: number, now: number): void {
    const name = isolate.slice(0, NAME_LIMIT);
    const before = this.#members.get(name);
    this.#members.delete(name);
    this.#members.set(name, { seq: Math.max(seq, before?.seq ?? 0), at: now });
    const rollout = this.#rollout;
    // One that was not there before, or without traffic for a while, says nothing of how long a release takes.
    const waited = before !== undefined && rollout !== null && before.seq < rollout.seq && isLive(before, now);
    if (waited && seq >= rollout.seq) rollout.tookMs = Math.max(rollout.tookMs ?? 0, now - rollout.at);
    for (const [old, member] of this.#members) {
      if (isLive(member, now) && this.#members.size <= CAPACITY) break;
      this.#members.delete(old);
    }
  }

  describe(now: number): Fleet {
    const live = [...this.#members.values()].filter((member) => isLive(member, now));
    const counts = new Map<number, number>();
    for (const { seq } of live) counts.set(seq, (counts.get(seq) ?? 0) + 1);
    const rollout = this.#rollout;
    return {
      isolates: live.length,
      bySeq: [...counts].map(([seq, isolates]) => ({ seq, isolates })).sort((a, b) => b.seq - a.seq),
      rollout: rollout && { ...rollout, behind: live.filter(({ seq }) => seq < rollout.seq).length },
    };
  }
}

function isLive({ at }: Member, now: number): boolean {
  return now - at < SILENCE_MS;
}
