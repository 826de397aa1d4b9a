import { assert, array, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AllowEntry, ListTier } from '../../../src/actors/contracts.ts';
import { ACCOUNT_PLANS, type AccountPlan } from '../../../src/actors/enforcement/account-plan.ts';
import { EMPTY_LIST, type ListMirror, readListing } from '../../../src/actors/enforcement/mirror.ts';
import { makePlan, type PlanDraft } from '../../../src/actors/enforcement/make-plan.ts';
import type { PlanInput } from '../../../src/actors/enforcement/plan-input.ts';
import { unpackAdditions, unpackRemovals } from '../../../src/actors/enforcement/plan-work.ts';
import { textAt } from '../../../src/actors/enforcement/range-columns.ts';
import { LIST_TIERS } from '../../../src/actors/enforcement/list-names.ts';
import { writeComment } from '../../../src/actors/enforcement/comment.ts';
import { DEFAULT_RESPONSE } from '../../../src/edge/reputation/graduated-response.ts';
import { covers, parseRange } from '../../../src/edge/reputation/range.ts';
import { addressOf, type Row, tableOf } from '../../support/node/enforcement/threats.ts';

interface Given {
  readonly rows: readonly Row[];
  readonly allow?: readonly AllowEntry[];
  /** Own items of a list by tier. */
  readonly own?: Partial<Record<ListTier, readonly string[]>>;
  readonly foreign?: Partial<Record<ListTier, readonly string[]>>;
  /** The ids of own items are not known. */
  readonly idless?: boolean;
  readonly plan?: AccountPlan;
  readonly mode?: 'three-lists' | 'single-list' | 'worker-only';
  readonly otherItems?: number;
  readonly more?: Partial<PlanInput>;
}

let ids = 0;
const newId = () => (ids += 1).toString(16).padStart(32, '0');

function mirrorOf(own: readonly string[], foreign: readonly string[], idless: boolean): ListMirror {
  const comment = writeComment({ score: 0.9, sources: ['ipsum'], since: 0 });
  const mirror = readListing([
    ...own.map((ip) => ({ id: newId(), ip, comment })),
    ...foreign.map((ip) => ({ id: newId(), ip, comment: 'office' })),
  ]);
  return idless ? { ...mirror, own: { ...mirror.own, ids: new Uint8Array(mirror.own.ids.length) } } : mirror;
}

function plan(given: Given): PlanDraft {
  const lists = LIST_TIERS.map((tier) => {
    const mirror = mirrorOf(given.own?.[tier] ?? [], given.foreign?.[tier] ?? [], given.idless === true);
    return { tier, id: tier, ...EMPTY_LIST, ...mirror };
  });
  return makePlan({
    ...tableOf(given.rows, given.allow ?? []),
    now: 0,
    rules: DEFAULT_RESPONSE,
    origin: 'live',
    account: {
      plan: given.plan ?? ACCOUNT_PLANS.pro,
      mode: given.mode ?? 'three-lists',
      lists,
      foreignItems: lists.reduce((sum, list) => sum + list.foreignItems, 0) + (given.otherItems ?? 0),
    },
    operators: [],
    cloudflare: [],
    killSwitch: false,
    ...given.more,
  });
}

const adds = (draft: PlanDraft, list = 0) => draft.plan.lists[list]?.adds.map(({ range, reason }) => [range, reason]);
const removals = (draft: PlanDraft, list = 0) =>
  draft.plan.lists[list]?.removals.map(({ range, reason }) => [range, reason]);
const many = (from: number, to: number, score: number): readonly Row[] =>
  Array.from({ length: to - from }, (_, i) => ({ range: addressOf(from + i), score }));
const ranges = (list: readonly Row[]) => list.map(({ range }) => range);
/** An account that may hold so many items. */
const small = (items: number): AccountPlan => ({ name: 'pro', lists: 10, items });

describe('reasons', () => {
  test('each address that comes says its score, who lists it and what it entered', () => {
    const draft = plan({
      rows: [
        { range: '203.0.113.7', score: 0.93, sources: ['ipsum', 'spamhaus'] },
        { range: '203.0.113.8', score: 0.72, tier: 'block', sources: ['ipsum'] },
        { range: '2001:db8:1::/64', score: 0.62 },
      ],
    });
    expect(adds(draft)).toEqual([
      ['203.0.113.7', 'score 0.93 from ipsum, spamhaus; enters block at 0.8'],
      ['203.0.113.8', 'score 0.72 from ipsum; stays in block down to 0.65'],
    ]);
    expect(adds(draft, 1)).toEqual([['2001:db8:1::/64', 'score 0.62 from ipsum; enters challenge at 0.6']]);
  });

  test('each address that goes says why', () => {
    const draft = plan({
      rows: [
        { range: '203.0.113.1', score: 0.648, tier: 'challenge' },
        { range: '203.0.113.2', score: 0.3 },
        { range: '203.0.113.4', score: 0.9 },
        { range: '198.51.100.0/24', score: 0.9 },
        { range: '198.51.100.9', score: 0.95 },
      ],
      allow: [{ range: '192.0.2.0/25', note: 'office', origin: 'operator' }],
      own: {
        block: [
          '203.0.113.1',
          '203.0.113.2',
          '203.0.113.3',
          '192.0.2.1',
          '192.0.2.0/24',
          '198.51.100.0/24',
          '198.51.100.9',
        ],
        challenge: ['203.0.113.4'],
      },
    });
    expect(Object.fromEntries(removals(draft) ?? [])).toEqual({
      '203.0.113.1': 'score fell to 0.64, under 0.65; now challenge',
      '203.0.113.2': 'score fell to 0.30, under 0.65',
      '203.0.113.3': 'no source lists it any more',
      '192.0.2.1': 'now on the allow-list: office',
      '192.0.2.0/24': 'holds 192.0.2.0/25, now on the allow-list: office',
      '198.51.100.9': 'within 198.51.100.0/24, which is listed',
    });
    expect(removals(draft, 1)).toEqual([['203.0.113.4', 'score 0.90: moved up to block']]);
  });

  test('an address that made room says for how many', () => {
    const draft = plan({
      rows: [...many(0, 3, 0.81), ...many(3, 5, 0.99)],
      own: { block: ranges(many(0, 3, 0)) },
      plan: small(3),
    });
    expect(removals(draft)?.map(([, reason]) => reason)).toEqual(
      Array.from({ length: 2 }, () => 'made room: the list is full and 2 new addresses score higher'),
    );
  });

  test('a list that is not used any more is emptied', () => {
    const draft = plan({ rows: many(0, 2, 0.7), own: { challenge: ranges(many(0, 2, 0)) }, mode: 'single-list' });
    expect(removals(draft, 1)?.map(([, reason]) => reason)).toEqual(
      Array.from({ length: 2 }, () => 'the account has no room for threat-challenge: the Worker enforces this tier'),
    );
  });
});

describe('the cap', () => {
  test('hard tiers take their places first, then the highest scores', () => {
    const draft = plan({ rows: [...many(0, 4, 0.82), ...many(4, 6, 0.9), ...many(6, 9, 0.7)], plan: small(7) });
    expect(draft.counts.map(({ additions, cut }) => [additions, cut])).toEqual([
      [6, 0],
      [1, 2],
      [0, 0],
    ]);
    const one = plan({ rows: [...many(0, 4, 0.82), ...many(4, 6, 0.9)], plan: small(3) });
    expect(
      adds(one)
        ?.slice(0, 2)
        .map(([range]) => range)
        .toSorted(),
    ).toEqual(ranges(many(4, 6, 0)).toSorted());
    expect(one.plan.lists[0]).toMatchObject({ wanted: 6, after: 3, cap: 3 });
  });

  test("other people's items count, in our lists and in theirs", () => {
    const draft = plan({
      rows: many(0, 20, 0.9),
      foreign: { block: ['192.0.2.1', '192.0.2.2'] },
      otherItems: 5,
      plan: small(10),
    });
    expect(draft.counts[0]?.additions).toBe(3);
    expect(draft.plan.cap).toEqual({ plan: 'pro', limit: 10, used: 3, foreign: 7 });
  });

  test('an item that is listed gives way only to a clearly higher score', () => {
    const own = { block: ranges(many(0, 3, 0)) };
    const near = plan({ rows: [...many(0, 3, 0.85), ...many(3, 9, 0.89)], own, plan: small(3) });
    expect(near.idle).toBe(true);
    const clear = plan({ rows: [...many(0, 3, 0.85), ...many(3, 9, 0.91)], own, plan: small(3) });
    expect(clear.counts[0]).toMatchObject({ additions: 3, removals: 3 });
  });

  test('120,000 candidates for 10,000 places: the top scores are kept, and little is written while scores waver', () => {
    const random = randomOf(7);
    const base = Array.from({ length: 120_000 }, () => 0.8 + 0.2 * random());
    const wavering = () =>
      base.map((score, i) => ({ range: addressOf(i), score: clamp(score + (random() - 0.5) * 0.04) }));
    const first = wavering();
    let draft = plan({ rows: first, plan: ACCOUNT_PLANS.free, mode: 'single-list' });
    let listed = new Set(added(draft));
    const scores = new Map(first.map(({ range, score }) => [range, Math.floor(score * 255 + 1e-9)]));
    const lowest = Math.min(...[...listed].map((range) => scores.get(range) ?? 0));
    const better = first.filter(({ range, score }) => Math.floor(score * 255 + 1e-9) > lowest && !listed.has(range));
    expect(listed.size).toBe(10_000);
    expect(better).toEqual([]);
    let written = 0;
    let naive = 0;
    let top = new Set(listed);
    for (let run = 0; run < 4; run += 1) {
      const rows = wavering();
      draft = plan({ rows, plan: ACCOUNT_PLANS.free, mode: 'single-list', own: { block: [...listed] } });
      const gone = new Set(removed(draft));
      const come = added(draft);
      written += gone.size + come.length;
      listed = new Set([...[...listed].filter((range) => !gone.has(range)), ...come]);
      expect(listed.size).toBe(10_000);
      const best = new Set(
        rows
          .toSorted((a, b) => b.score - a.score)
          .slice(0, 10_000)
          .map(({ range }) => range),
      );
      naive += 2 * [...best].filter((range) => !top.has(range)).length;
      top = best;
    }
    expect(naive).toBeGreaterThan(5000);
    expect(written).toBeLessThan(naive / 10);
  });
});

describe('what is left out', () => {
  test('a range within a listed range of its tier; one of another tier stays', () => {
    const draft = plan({
      rows: [
        { range: '198.51.0.0/16', score: 0.85 },
        { range: '198.51.100.0/24', score: 0.9 },
        { range: '198.51.100.7', score: 0.99 },
        { range: '198.51.101.7', score: 0.7, tier: 'challenge' },
        { range: '198.52.0.1', score: 0.81 },
      ],
    });
    expect(added(draft)).toEqual(['198.51.0.0/16', '198.52.0.1']);
    expect(added(draft, 1)).toEqual(['198.51.101.7']);
    expect(draft.counts[0]?.redundant).toBe(2);
  });

  test('a range takes the place of what it holds, at the highest score of them', () => {
    const rows = [{ range: '198.51.100.0/24', score: 0.8 }, { range: '198.51.100.7', score: 0.99 }, ...many(0, 5, 0.9)];
    expect(added(plan({ rows, plan: small(1) }))).toEqual(['198.51.100.0/24']);
  });

  test("somebody else's item at the same address is not written over", () => {
    const draft = plan({ rows: many(0, 2, 0.9), foreign: { block: [addressOf(0)] } });
    expect(added(draft)).toEqual([addressOf(1)]);
  });

  test('what the allow-list holds, also where the threats came without it carved out', () => {
    const draft = plan({
      rows: [{ range: '192.0.2.7', score: 0.99 }, { range: '66.249.0.0/16', score: 0.99 }, ...many(0, 1, 0.9)],
      allow: [
        { range: '192.0.2.0/24', note: 'office', origin: 'operator' },
        { range: '66.249.64.0/19', note: 'googlebot', origin: 'crawler' },
      ],
    });
    expect(added(draft)).toEqual([addressOf(0)]);
  });
});

describe('own items whose ids are not known', () => {
  test('stay until the next look, and take up their room', () => {
    const draft = plan({ rows: many(5, 15, 0.9), own: { block: ranges(many(0, 3, 0)) }, idless: true, plan: small(5) });
    expect(draft.counts[0]).toMatchObject({ additions: 2, removals: 0, deferred: 3 });
  });

  test('go at once when they are on the allow-list', () => {
    const allow: readonly AllowEntry[] = [{ range: addressOf(0), note: 'office', origin: 'operator' }];
    const draft = plan({ rows: [], allow, own: { block: ranges(many(0, 3, 0)) }, idless: true });
    expect(removed(draft)).toEqual([addressOf(0)]);
  });

  test('ask for a look where they are many', () => {
    expect(plan({ rows: [], own: { block: ranges(many(0, 100, 0)) }, idless: true }).surveyFirst).toBe(false);
    expect(plan({ rows: [], own: { block: ranges(many(0, 101, 0)) }, idless: true }).surveyFirst).toBe(true);
  });
});

describe('a plan that is held', () => {
  test('shrinks a list of some size by more than half', () => {
    expect(heldAfter(20, 9)).toEqual(['threat-block would shrink by more than half, from 20 items to 9']);
    expect(heldAfter(20, 10)).toEqual([]);
    expect(heldAfter(19, 0)).toEqual([]);
  });

  test("lists an operator's address, or a range around it", () => {
    const more = { operators: ['203.0.113.7', '2001:db8:1:2::/64'] };
    expect(plan({ rows: [{ range: '203.0.113.7', score: 0.9 }], more }).plan.held).toEqual([
      "threat-block would get 203.0.113.7: it is an operator's address",
    ]);
    expect(plan({ rows: [{ range: '2001:db8::/32', score: 0.7 }], more }).plan.held).toEqual([
      "threat-challenge would get 2001:db8::/32: it holds 2001:db8:1:2::/64, an operator's address",
    ]);
    expect(plan({ rows: [{ range: '203.0.113.8', score: 0.9 }], more }).plan.held).toEqual([]);
  });

  test('is not held for what is listed already', () => {
    const more = { operators: ['203.0.113.7'] };
    const own = { block: ['203.0.113.7'] };
    expect(plan({ rows: [{ range: '203.0.113.7', score: 0.9 }], own, more }).plan.held).toEqual([]);
  });

  test("lists Cloudflare's ranges, or a range that holds what an operator allowed", () => {
    const more = { cloudflare: ['104.16.0.0/13'] };
    const allow: readonly AllowEntry[] = [{ range: '198.51.100.8/29', note: 'branch office', origin: 'operator' }];
    const draft = plan({
      rows: [
        { range: '104.18.1.1', score: 0.9 },
        { range: '198.51.100.0/24', score: 0.9 },
      ],
      allow,
      more,
    });
    expect(draft.plan.held).toEqual([
      "threat-block would get 104.18.1.1: it is in 104.16.0.0/13, Cloudflare's own range",
      'threat-block would get 198.51.100.0/24: it holds 198.51.100.8/29, on the allow-list (branch office)',
    ]);
  });

  test('tells ten reasons and how many more there are', () => {
    const more = { cloudflare: ['0.0.0.0/1'] };
    const { held } = plan({ rows: many(0, 30, 0.9), more }).plan;
    expect(held).toHaveLength(11);
    expect(held.at(-1)).toBe('and 20 more of the kind');
  });
});

describe('the kill switch', () => {
  test('takes out everything of ours, and is never held', () => {
    const own = { block: ranges(many(0, 30, 0)), rate_limit: ranges(many(30, 60, 0)) };
    const draft = plan({ rows: many(0, 30, 0.9), own, idless: true, more: { killSwitch: true } });
    expect(draft.counts.map(({ additions, removals: gone }) => [additions, gone])).toEqual([
      [0, 30],
      [0, 0],
      [0, 30],
    ]);
    expect(draft.plan.held).toEqual([]);
    expect(draft.work.empty).toBe(true);
    expect(removals(draft)?.[0]?.[1]).toBe('the kill switch is on');
  });
});

describe('the name of a plan', () => {
  test('is of what it does, not of scores that waver', () => {
    const own = { block: ranges(many(0, 3, 0)) };
    const one = plan({ rows: [...many(1, 5, 0.9), ...many(5, 6, 0.95)], own });
    const other = plan({ rows: [...many(1, 5, 0.91), ...many(5, 6, 0.85)], own });
    const third = plan({ rows: many(1, 5, 0.9), own });
    expect(one.canonical).toBe(other.canonical);
    expect(one.canonical).not.toBe(third.canonical);
  });

  test('shows a part of a large plan, and counts all of it', () => {
    const draft = plan({ rows: many(0, 50, 0.9), more: { shown: 10 } });
    expect(draft.plan.lists[0]?.adds).toHaveLength(10);
    expect(draft.plan.lists[0]?.addCount).toBe(50);
    expect(added(draft)).toHaveLength(50);
  });
});

describe('against a naive model', () => {
  const anyRange = record({
    a: integer({ min: 0, max: 3 }),
    b: integer({ min: 0, max: 3 }),
    bits: constantFrom(16, 22, 24, 30, 32),
    six: constantFrom(false, false, true),
  });
  test('lists hold what is wanted and nothing else, within the cap, whatever was there before', () => {
    assert(
      property(
        array(record({ range: anyRange, score: constantFrom(0.3, 0.5, 0.65, 0.7, 0.8, 0.85, 0.99) }), {
          maxLength: 25,
        }),
        array(anyRange, { maxLength: 8 }),
        array(anyRange, { maxLength: 3 }),
        array(anyRange, { maxLength: 2 }),
        integer({ min: 0, max: 30 }),
        (threats, before, others, allowed, items) => {
          const rows = unique(threats.map(({ range, score }) => ({ range: text(range), score })));
          const own = [...new Set(before.map(text))];
          const foreign = [...new Set(others.map(text))].filter((one) => !own.includes(one));
          const allow = [...new Set(allowed.map(text))].map((range) => ({
            range,
            note: 'x',
            origin: 'bogon' as const,
          }));
          const draft = plan({ rows, allow, own: { block: own }, foreign: { block: foreign }, plan: small(items) });
          const gone = removed(draft);
          const come = added(draft);
          const after = [...own.filter((one) => !gone.includes(one)), ...come];
          const meets = (one: string) =>
            allow.some(({ range }) => covers(rangeOf(range), rangeOf(one)) || covers(rangeOf(one), rangeOf(range)));
          const wanted = rows
            .filter(({ range, score }) => score >= 0.8 && !meets(range) && !foreign.includes(range))
            .map(({ range }) => range);
          // Nothing that is not wanted, nothing twice, never over somebody else's.
          expect(after.filter((one) => !wanted.includes(one))).toEqual([]);
          expect(new Set(after).size).toBe(after.length);
          expect(gone.every((one) => own.includes(one))).toBe(true);
          const room = Math.max(0, items - foreign.length);
          const outermost = wanted.filter(
            (one) => !wanted.some((two) => two !== one && covers(rangeOf(two), rangeOf(one))),
          );
          expect(after.length).toBe(Math.min(room, outermost.length));
          // With room enough every wanted address is covered by what is listed.
          if (room >= outermost.length) {
            const left = wanted.filter((one) => !after.some((two) => covers(rangeOf(two), rangeOf(one))));
            expect(left).toEqual([]);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  test('a plan that was carried out leaves nothing to do', () => {
    assert(
      property(
        array(record({ range: anyRange, score: constantFrom(0.5, 0.7, 0.8, 0.9, 0.99) }), { maxLength: 25 }),
        array(anyRange, { maxLength: 8 }),
        integer({ min: 1, max: 12 }),
        (threats, before, items) => {
          const rows = unique(threats.map(({ range, score }) => ({ range: text(range), score })));
          const own = [...new Set(before.map(text))];
          const draft = plan({ rows, own: { block: own }, plan: small(items) });
          const lists = LIST_TIERS.map((tier, i) => {
            const had = tier === 'block' ? own : [];
            const gone = removed(draft, i);
            return [tier, [...had.filter((one) => !gone.includes(one)), ...added(draft, i)]] as const;
          });
          expect(plan({ rows, own: Object.fromEntries(lists), plan: small(items) }).idle).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});

function unique(list: readonly Row[]): readonly Row[] {
  return [...new Map(list.map((row) => [row.range, row])).values()];
}

function added(draft: PlanDraft, list = 0): readonly string[] {
  const packed = draft.work.lists[list]?.additions;
  if (packed === undefined) return [];
  const rows = unpackAdditions(packed);
  return Array.from(rows.high, (_, row) => textAt(rows, row));
}

function removed(draft: PlanDraft, list = 0): readonly string[] {
  const packed = draft.work.lists[list]?.removals;
  if (packed === undefined) return [];
  const rows = unpackRemovals(packed);
  return Array.from(rows.high, (_, row) => textAt(rows, row));
}

function clamp(score: number): number {
  return Math.min(0.999, Math.max(0.8, score));
}

/** A generator with a seed: the test is the same each time. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 0x100000000;
  };
}

/** Why a plan is held that would shrink a list. */
function heldAfter(before: number, after: number): readonly string[] {
  return plan({ rows: many(0, after, 0.9), own: { block: ranges(many(0, before, 0)) } }).plan.held;
}

function text({ a, b, bits, six }: { a: number; b: number; bits: number; six: boolean }): string {
  return rangeOf(six ? `2001:db8:${a}:${b}::/${bits + 32}` : `198.51.${a * 16}.${b * 4}/${bits}`).text;
}

function rangeOf(one: string) {
  const parsed = parseRange(one);
  if (!parsed.ok) throw new Error(one);
  return parsed.range;
}
