import type { Evidence, ReputationState } from '../contracts.ts';

/**
 * The reputation of one client: for each category a sum of evidence that halves every HALF_LIFE_MS. Sums and not scores
 * are kept, because decay of a sum needs no history: one number and one time per category.
 */
export interface Memory {
  readonly firstSeen: number;
  /** The time to which `sums` have decayed, and that of the latest evidence. Unix milliseconds. */
  readonly at: number;
  readonly sums: Readonly<Record<string, number>>;
  readonly blockedUntil: number;
  /** Timed blocks asked for so far: each is longer than the one before. */
  readonly blocks: number;
  /** Newest first. */
  readonly why: readonly Why[];
}

type Why = ReputationState['why'][number];

/** An attack is old news after some hours: a shared address changes hands, an office gets cleaned up. */
export const HALF_LIFE_MS = 60 * 60_000;
/** A sum of 1 (one full-weight offence) is a score of 0.33, 3 of 0.70, 6 of 0.91: 1 - e^(-sum/2.5). */
const SCALE = 2.5;
/** Asks for a block from here on: about seven plain attacks within minutes. */
export const BLOCK_SCORE = 0.94;
/** Under this nothing is left worth a row: an eighth of what the judgement of an address would still note. */
const FORGET_SCORE = 1 / 128;
/** Ten minutes, doubled by each further block, up to a day: the first may hit a shared address, the sixth hardly. */
const FIRST_BLOCK_MS = 10 * 60_000;
const LONGEST_BLOCK_MS = 24 * 60 * 60_000;
/** One report cannot decide alone, whatever it counts: it is one isolate's view of a moment. */
const REPORT_SUM_LIMIT = 4;
/** From here on a sum can only be worse in name: 1 - e^-8 is 0.9997; without a lid a flood would be remembered for days. */
const SUM_LIMIT = 20;
const WHY_LIMIT = 20;
const WHY_TEXT_LIMIT = 200;
/** Nine rule categories, bot, rate and score are all there are. */
const CATEGORY_LIMIT = 16;
/** Evidence is reported within seconds; what claims to be older or from the future is counted as of now. */
const LATE_MS = 10 * 60_000;

/** The memory after a report that came at `now`. `memory` is null for a client not remembered so far. */
export function remember(memory: Memory | null, evidence: readonly Evidence[], now: number): Memory | null {
  const usable = evidence.filter((e) => e.weight > 0 && e.count > 0 && !isRepeated(memory, e));
  if (usable.length === 0) return memory;
  const sums: Record<string, number> = { ...decay(memory, now) };
  let room = REPORT_SUM_LIMIT;
  for (const { category, weight, count } of usable) {
    // Repetition says more, but ever less: the tenth probe of a scan is no news.
    const add = Math.min(room, Math.min(weight, 1) * (1 + Math.log2(Math.min(Math.max(count, 1), 1024))));
    if (!(category in sums) && Object.keys(sums).length >= CATEGORY_LIMIT) continue;
    sums[category] = Math.min(SUM_LIMIT, (sums[category] ?? 0) + add);
    room -= add;
  }
  const why = usable.map((e) => ({
    at: Math.abs(now - e.at) <= LATE_MS ? e.at : now,
    category: e.category,
    weight: Math.min(e.weight, 1),
    why: e.why.slice(0, WHY_TEXT_LIMIT),
  }));
  return {
    firstSeen: memory?.firstSeen ?? now,
    at: now,
    sums,
    blockedUntil: memory?.blockedUntil ?? 0,
    blocks: memory?.blocks ?? 0,
    why: [...why, ...(memory?.why ?? [])].sort((a, b) => b.at - a.at).slice(0, WHY_LIMIT),
  };
}

/** Decayed badness at `now`, 0 to 1. */
export function scoreAt(memory: Memory | null, now: number): number {
  const sum = Object.values(decay(memory, now)).reduce((total, value) => total + value, 0);
  return 1 - Math.exp(-sum / SCALE);
}

/** How long to block for, in milliseconds, when it is time to ask for a block; null when it is not. */
export function blockDue(memory: Memory, now: number): number | null {
  if (memory.blockedUntil > now || scoreAt(memory, now) < BLOCK_SCORE) return null;
  return Math.min(LONGEST_BLOCK_MS, FIRST_BLOCK_MS * 2 ** Math.min(memory.blocks, 20));
}

/** The memory once a block until `until` is in force. */
export function noteBlock(memory: Memory, until: number): Memory {
  return { ...memory, blockedUntil: until, blocks: memory.blocks + 1 };
}

/** Unix milliseconds from which on there is nothing left to remember: the score has faded and no block is in force. */
export function forgetAt(memory: Memory): number {
  const sum = Object.values(memory.sums).reduce((total, value) => total + value, 0);
  const faded = -SCALE * Math.log(1 - FORGET_SCORE);
  const halvings = sum > faded ? Math.log2(sum / faded) : 0;
  return Math.max(memory.at + Math.ceil(halvings * HALF_LIFE_MS), memory.blockedUntil);
}

export function describeMemory(client: string, memory: Memory | null, now: number): ReputationState {
  const categories = Object.entries(decay(memory, now)).map(([name, sum]) => [name, 1 - Math.exp(-sum / SCALE)]);
  return {
    client,
    score: scoreAt(memory, now),
    categories: Object.fromEntries(categories),
    firstSeen: memory?.firstSeen ?? null,
    lastSeen: memory?.at ?? null,
    blockedUntil: memory !== null && memory.blockedUntil > now ? memory.blockedUntil : null,
    why: memory?.why ?? [],
  };
}

function decay(memory: Memory | null, now: number): Readonly<Record<string, number>> {
  if (memory === null) return {};
  const left = 0.5 ** (Math.max(0, now - memory.at) / HALF_LIFE_MS);
  return Object.fromEntries(Object.entries(memory.sums).map(([category, sum]) => [category, sum * left]));
}

/** A report may come twice when its first reply was lost: same time, category and reason. */
function isRepeated(memory: Memory | null, evidence: Evidence): boolean {
  const why = evidence.why.slice(0, WHY_TEXT_LIMIT);
  return (memory?.why ?? []).some((w) => w.at === evidence.at && w.category === evidence.category && w.why === why);
}
