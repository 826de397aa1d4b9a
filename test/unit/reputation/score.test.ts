import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../../src/actors/contracts.ts';
import {
  blockDue,
  BLOCK_SCORE,
  describeMemory,
  forgetAt,
  HALF_LIFE_MS,
  type Memory,
  noteBlock,
  remember,
  scoreAt,
} from '../../../src/actors/reputation/score.ts';

const T = 1_700_000_000_000;
const MINUTE = 60_000;
let unique = 0;
const offence = (over: Partial<Evidence> = {}): Evidence => ({
  category: 'sqli',
  weight: 1,
  count: 1,
  at: T,
  why: `sqli-001 in ARGS:q (${unique++})`,
  ...over,
});

function memoryOf(reports: readonly (readonly Evidence[])[], now = T): Memory {
  const memory = reports.reduce<Memory | null>((m, report) => remember(m, report, now), null);
  if (memory === null) throw new Error('nothing remembered');
  return memory;
}

describe('a reputation', () => {
  it('is 1 - e^(-sum / 2.5), and the sum halves every hour', () => {
    const memory = memoryOf([[offence()]]);
    expect(scoreAt(memory, T)).toBeCloseTo(0.3297, 4);
    expect(scoreAt(memory, T + HALF_LIFE_MS)).toBeCloseTo(1 - Math.exp(-0.5 / 2.5), 12);
    expect(scoreAt(memory, T + 3 * HALF_LIFE_MS)).toBeCloseTo(1 - Math.exp(-0.125 / 2.5), 12);
    expect(scoreAt(null, T)).toBe(0);
  });

  it('adds what comes later to what is left of the earlier', () => {
    const first = memoryOf([[offence()]]);
    const second = remember(first, [offence({ category: 'xss', at: T + HALF_LIFE_MS })], T + HALF_LIFE_MS);
    expect(scoreAt(second, T + HALF_LIFE_MS)).toBeCloseTo(1 - Math.exp(-1.5 / 2.5), 12);
    expect(describeMemory('192.0.2.1', second, T + HALF_LIFE_MS)).toMatchObject({
      firstSeen: T,
      lastSeen: T + HALF_LIFE_MS,
      blockedUntil: null,
      categories: { sqli: 1 - Math.exp(-0.5 / 2.5), xss: 1 - Math.exp(-1 / 2.5) },
    });
  });

  it('counts repetition by its logarithm, and one report for at most 4', () => {
    expect(scoreAt(memoryOf([[offence({ weight: 0.5, count: 4 })]]), T)).toBeCloseTo(1 - Math.exp(-1.5 / 2.5), 12);
    expect(scoreAt(memoryOf([[offence({ count: 1e9 }), offence({ category: 'xss' })]]), T)).toBeCloseTo(
      1 - Math.exp(-4 / 2.5),
      12,
    );
  });

  it('takes a report that comes twice once', () => {
    const report = [offence(), offence({ category: 'xss' })];
    const once = remember(null, report, T);
    expect(remember(once, report, T + 500)).toBe(once);
  });

  it('stays as it was when a report says nothing', () => {
    expect(remember(null, [], T)).toBeNull();
    expect(
      remember(null, [offence({ weight: 0 }), offence({ count: 0 }), offence({ weight: Number.NaN })], T),
    ).toBeNull();
  });

  it('keeps the latest 20 reasons, newest first, and bounds its sum', () => {
    const memory = memoryOf(
      Array.from({ length: 60 }, (_, i) => [offence({ at: T - i, count: 1000, why: 'x'.repeat(999) + i })]),
    );
    expect(memory.why).toHaveLength(20);
    expect(memory.why.map((why) => why.at)).toEqual(Array.from({ length: 20 }, (_, i) => T - i));
    expect(memory.why[0]?.why.length).toBe(200);
    expect(memory.sums['sqli']).toBe(20);
  });

  it('does not believe evidence from another age', () => {
    expect(memoryOf([[offence({ at: T + 86_400_000 })]]).why[0]?.at).toBe(T);
  });
});

describe('a block', () => {
  it('is due from the threshold on, not while one is in force, and doubles up to a day', () => {
    const calm = memoryOf([[offence()], [offence()], [offence()]]);
    expect(blockDue(calm, T)).toBeNull();
    let memory = memoryOf([[offence({ count: 8 })], [offence({ count: 8 })]]);
    expect(scoreAt(memory, T)).toBeGreaterThan(BLOCK_SCORE);
    let now = T;
    const minutes: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      const duration = blockDue(memory, now) ?? 0;
      minutes.push(duration / MINUTE);
      memory = noteBlock(memory, now + duration);
      expect(blockDue(memory, now + duration - 1)).toBeNull();
      now += duration;
      memory = memoryOf([[offence({ count: 8, at: now })], [offence({ count: 8, at: now })]], now);
      memory = { ...memory, blocks: i + 1 };
    }
    expect(minutes).toEqual([10, 20, 40, 80, 160, 320, 640, 1280, 1440]);
  });

  it('is not due again by itself once the sum has decayed under the threshold', () => {
    let memory = memoryOf([[offence({ count: 8 })], [offence({ count: 8 })]]);
    const duration = blockDue(memory, T) ?? 0;
    memory = noteBlock(memory, T + duration);
    // The sum of 8 has halved to 4, a score of 0.80.
    expect(memory.blockedUntil).toBeLessThan(T + HALF_LIFE_MS);
    expect(blockDue(memory, T + HALF_LIFE_MS)).toBeNull();
  });
});

describe('forgetting', () => {
  it('comes when the score has faded and no block is in force', () => {
    const memory = memoryOf([[offence()]]);
    const at = forgetAt(memory);
    expect(scoreAt(memory, at)).toBeLessThanOrEqual(1 / 128 + 1e-9);
    expect(scoreAt(memory, at - 1000)).toBeGreaterThan(1 / 128);
    expect(forgetAt(noteBlock(memory, at + 5))).toBe(at + 5);
  });

  it('comes within fifteen hours of the last evidence, whatever was reported, and no score leaves 0 to 1', () => {
    const evidence = fc.record({
      category: fc.constantFrom<Evidence['category']>('sqli', 'bot', 'rate'),
      weight: fc.double(),
      count: fc.double(),
      at: fc.double(),
      why: fc.string(),
    });
    fc.assert(
      fc.property(fc.array(fc.array(evidence, { maxLength: 5 }), { maxLength: 20 }), (reports) => {
        const memory = reports.reduce<Memory | null>((m, report) => remember(m, report, T), null);
        const score = scoreAt(memory, T);
        return score >= 0 && score <= 1 && (memory === null || forgetAt(memory) <= T + 15 * HALF_LIFE_MS);
      }),
    );
  });
});
