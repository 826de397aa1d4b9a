import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { beginApply, beginSurvey } from '../../../src/actors/enforcement/sync-jobs.ts';
import { NEW_SYNC } from '../../../src/actors/enforcement/sync-state.ts';
import { advance, giveUp } from '../../../src/actors/enforcement/sync.ts';
import type { FaultKind } from '../../support/node/cloudflare/faults.ts';
import { type BedOptions, SyncBed } from '../../support/node/enforcement/sync-bed.ts';
import { addressOf, type Row, tableOf } from '../../support/node/enforcement/threats.ts';

let bed: SyncBed;

const rows = (from: number, to: number, score: number): readonly Row[] =>
  Array.from({ length: to - from }, (_, i) => ({ range: addressOf(from + i), score }));
const sorted = (list: readonly Row[]) => list.map(({ range }) => range).toSorted();
const writes = () => bed.cloud.calls.filter(({ method }) => method !== 'GET').length;
const HOUR = 3_600_000;

function withBed(options: BedOptions): void {
  beforeEach(async () => {
    bed = await SyncBed.start(options);
  });
  afterEach(() => bed.stop());
}

describe('an account with room for three lists', () => {
  withBed({ plan: 'pro', withRules: true, chunk: 20 });
  const threats = [...rows(0, 50, 0.9), ...rows(50, 70, 0.7), ...rows(70, 80, 0.5), ...rows(80, 90, 0.2)];

  test('lists are created and filled, and the rules made that use them', async () => {
    const state = await bed.cycle(tableOf(threats));
    expect(state.last).toMatchObject({ kind: 'apply', added: 80, removed: 0, problem: null });
    expect(bed.own('threat_block')).toEqual(sorted(threats.slice(0, 50)));
    expect(bed.own('threat_challenge')).toEqual(sorted(threats.slice(50, 70)));
    expect(bed.own('threat_rate_limit')).toEqual(sorted(threats.slice(70, 80)));
    expect(bed.cloud.rules().map(({ ref, action, expression }) => [ref, action, expression])).toEqual([
      ['edgeshield_threat_block', 'block', '(ip.src in $threat_block)'],
      ['edgeshield_threat_challenge', 'managed_challenge', '(ip.src in $threat_challenge)'],
    ]);
  });

  test('a second run with the same threats makes no call at all', async () => {
    await bed.cycle(tableOf(threats));
    const before = bed.cloud.calls.length;
    const state = await bed.cycle(tableOf(threats));
    expect(bed.cloud.calls).toHaveLength(before);
    expect(state.job).toBeNull();
  });

  test('the comment of an item tells score, sources and time', async () => {
    await bed.cycle(tableOf([{ range: '203.0.113.7', score: 0.94, sources: ['ipsum', 'spamhaus'] }]));
    expect(bed.cloud.list('threat_block')?.items[0]?.comment).toBe(
      'edgeshield: score 0.94; ipsum, spamhaus; since 2026-11-26T12:00Z',
    );
  });

  test('an address that changes its tier changes its list', async () => {
    await bed.cycle(tableOf(rows(0, 3, 0.9)));
    bed.now += 7 * HOUR;
    const state = await bed.cycle(tableOf([...rows(0, 2, 0.9), ...rows(2, 3, 0.7)]));
    expect(state.last).toMatchObject({ added: 1, removed: 1, problem: null });
    expect(bed.own('threat_block')).toEqual(sorted(rows(0, 2, 0)));
    expect(bed.own('threat_challenge')).toEqual([addressOf(2)]);
  });

  test('a list that somebody deleted is created again', async () => {
    await bed.cycle(tableOf(rows(60, 62, 0.7)));
    const { id } = bed.cloud.list('threat_rate_limit') ?? { id: '' };
    const { cloud } = bed;
    const url = `${cloud.url}/accounts/${cloud.accountId}/rules/lists/${id}`;
    await fetch(url, { method: 'DELETE', headers: { authorization: `Bearer ${cloud.token}` } });
    const state = await bed.cycle(tableOf([...rows(60, 62, 0.7), ...rows(70, 75, 0.5)]));
    expect(state.last?.problem).toBeNull();
    expect(bed.own('threat_rate_limit')).toEqual(sorted(rows(70, 75, 0)));
    // A new list may want a rule.
    expect(bed.cloud.calls.filter(({ method, path }) => method === 'GET' && path.endsWith('/entrypoint'))).toHaveLength(
      2,
    );
  });

  test('items in lists of others take up room', async () => {
    bed.cloud.addForeignList({ name: 'office', items: rows(30_000, 39_990, 0).map(({ range }) => ({ ip: range })) });
    const state = await bed.cycle(tableOf([...rows(0, 8, 0.9), ...rows(8, 20, 0.7)]));
    expect(state.last).toMatchObject({ added: 10, problem: null });
    expect(bed.own('threat_block')).toHaveLength(8);
    expect(bed.own('threat_challenge')).toHaveLength(2);
  });

  test('the kill switch takes out also what is ours and was not known', async () => {
    await bed.cycle(tableOf(threats));
    bed.cloud.addForeignItems('threat_block', [{ ip: '203.0.113.77', comment: 'edgeshield: of a job long ago' }]);
    const state = await bed.cycle(tableOf(threats), true);
    expect(state.last).toMatchObject({ added: 0, removed: 81, problem: null });
    expect(bed.cloud.lists().flatMap(({ items }) => items)).toEqual([]);
  });

  test('an account that allows fewer lists than its plan says is believed', async () => {
    await bed.stop();
    bed = await SyncBed.start({ plan: 'free', believed: 'pro' });
    const state = await bed.cycle(tableOf(threats));
    expect(state.last?.problem).toContain('no room for threat-challenge');
    expect(state.account?.mode).toBe('single-list');
    const again = await bed.cycle(tableOf(threats));
    expect(again.last).toEqual(state.last);
    expect(bed.own('threat_block')).toEqual(sorted(threats.slice(0, 50)));
  });
});

describe('an account with room for one list', () => {
  withBed({ plan: 'free' });

  test('it holds what is to be blocked; the Worker has the rest', async () => {
    const state = await bed.cycle(tableOf([...rows(0, 5, 0.9), ...rows(5, 9, 0.7)]));
    expect(state.account?.mode).toBe('single-list');
    expect(bed.cloud.lists().map(({ name }) => name)).toEqual(['threat_block']);
    expect(bed.own('threat_block')).toHaveLength(5);
  });

  test("somebody else's items stay as they are, also at an address that is wanted", async () => {
    bed.cloud.addForeignList({
      name: 'threat_block',
      items: [{ ip: addressOf(1), comment: 'mine' }, { ip: '198.51.100.0/24' }],
    });
    const before = bed.foreign();
    const state = await bed.cycle(tableOf(rows(0, 5, 0.9)));
    expect(state.last?.added).toBe(4);
    expect(bed.foreign()).toEqual(before);
    bed.now += 7 * HOUR;
    await bed.cycle(tableOf([]), true);
    expect(bed.own('threat_block')).toEqual([]);
    expect(bed.foreign()).toEqual(before);
  });

  test('a list of somebody else takes the only place: nothing is written', async () => {
    bed.cloud.addForeignList({ name: 'office', items: [{ ip: '198.51.100.1' }] });
    const state = await bed.cycle(tableOf(rows(0, 5, 0.9)));
    expect(state.account?.mode).toBe('worker-only');
    expect(writes()).toBe(0);
  });

  test('an item that somebody removed by hand is noticed when its removal fails', async () => {
    await bed.cycle(tableOf(rows(0, 6, 0.9)));
    bed.now += 7 * HOUR;
    await survey();
    bed.cloud.removeItems('threat_block', [addressOf(0)]);
    const state = await bed.cycle(tableOf(rows(2, 8, 0.9)));
    expect(state.last).toMatchObject({ added: 2, removed: 2, problem: null });
    expect(bed.own('threat_block')).toEqual(sorted(rows(2, 8, 0)));
  });

  test('the account is full of what came since the last look: the job fails, the next cycle makes do with the room there is', async () => {
    await bed.cycle(tableOf(rows(0, 1, 0.9)));
    bed.cloud.addForeignItems(
      'threat_block',
      rows(20_000, 29_995, 0).map(({ range }) => ({ ip: range })),
    );
    const failed = await bed.cycle(tableOf(rows(0, 20, 0.9)));
    expect(failed.last?.problem).toContain('maximum');
    const state = await bed.cycle(tableOf([...rows(0, 16, 0.9), ...rows(16, 20, 0.99)]));
    expect(state.last?.problem).toBeNull();
    expect(bed.own('threat_block')).toHaveLength(5);
  });

  test('an address that Cloudflare refuses is found and left out; the others are listed', async () => {
    bed.refused = addressOf(137);
    const state = await bed.cycle(tableOf(rows(0, 300, 0.9)));
    expect(state.last?.problem).toContain(`refuses ${addressOf(137)}`);
    expect(state.last?.added).toBe(299);
    expect(bed.own('threat_block')).toEqual(sorted(rows(0, 300, 0).filter(({ range }) => range !== addressOf(137))));
  });
});

describe('few calls', () => {
  withBed({ plan: 'free' });

  test('10,000 items with 100 changes take four calls', async () => {
    await bed.cycle(tableOf(rows(0, 10_000, 0.9)));
    bed.now += 7 * HOUR;
    await survey();
    const state = await bed.cycle(tableOf(rows(50, 10_050, 0.9)));
    expect(state.last).toMatchObject({ added: 50, removed: 50, problem: null });
    expect(state.last?.calls).toBeLessThanOrEqual(4);
    expect(bed.own('threat_block')).toEqual(sorted(rows(50, 10_050, 0)));
  });

  test('a look at 10,000 items is spread over turns of few calls, and survives the end of each', async () => {
    await bed.cycle(tableOf(rows(0, 3000, 0.9)));
    let state = beginSurvey(bed.state, { id: 'look', now: bed.now });
    let turns = 0;
    for (let nextAt: number | null = 0; nextAt !== null; turns += 1) {
      const { deps } = bed.boot();
      const turn = await advance(state, { ...deps, callsPerTurn: 2 });
      nextAt = turn.nextAt;
      // A new process each time: what it knows is what was stored.
      state = bed.state;
    }
    expect(turns).toBe(4);
    expect(state.last).toMatchObject({ id: 'look', kind: 'survey', calls: 7, problem: null });
    expect(state.mirrors.block?.own.n).toBe(3000);
  });

  test('an item whose id is not known yet goes with the next look, unless it must go at once', async () => {
    await bed.cycle(tableOf(rows(0, 6, 0.9)));
    const draft = bed.plan(bed.state, tableOf(rows(1, 6, 0.9)));
    expect(draft.counts[0]).toMatchObject({ removals: 0, deferred: 1 });
    const before = bed.cloud.calls.length;
    const allow = [{ range: addressOf(0), note: 'office', origin: 'operator' as const }];
    const state = await bed.cycle(tableOf(rows(1, 6, 0.9), allow));
    expect(state.last).toMatchObject({ removed: 1, problem: null });
    expect(bed.own('threat_block')).toEqual(sorted(rows(1, 6, 0)));
    const made = bed.cloud.calls.slice(before).map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);
    expect(made).toEqual([
      `GET items?per_page=500&search=${addressOf(0)}`,
      'DELETE items',
      expect.stringMatching(/^GET/),
    ]);
  });

  test('for many such items one look at the list costs less', async () => {
    await bed.cycle(tableOf(rows(0, 40, 0.9)));
    const allow = rows(0, 30, 0).map(({ range }) => ({ range, note: 'office', origin: 'operator' as const }));
    const state = await bed.cycle(tableOf(rows(30, 40, 0.9), allow));
    expect(state.last).toMatchObject({ removed: 30, problem: null, calls: 4 });
    expect(bed.own('threat_block')).toEqual(sorted(rows(30, 40, 0)));
  });
});

describe('faults of the API', () => {
  withBed({ plan: 'free', chunk: 10 });
  const threats = rows(5, 45, 0.9);

  const WRITES: readonly { readonly method: string; readonly path: RegExp }[] = [
    { method: 'POST', path: /lists$/ },
    { method: 'POST', path: /items$/ },
    { method: 'DELETE', path: /items$/ },
    { method: 'GET', path: /bulk_operations/ },
    { method: 'GET', path: /lists$/ },
    { method: 'GET', path: /items\?/ },
  ];
  const KINDS: readonly FaultKind[] = ['500', '503', '429', 'html', 'drop-request', 'drop-reply', 'half-operation'];

  for (const { method, path } of WRITES) {
    test.each(KINDS)(`${method} ${path.source} answered by %s: the lists end as planned`, async (kind) => {
      const first = method === 'POST' && path.source === 'lists$';
      if (!first) await bed.cycle(tableOf(rows(0, 25, 0.9)));
      bed.now += 7 * HOUR;
      bed.accepted.length = 0;
      const fault = bed.cloud.fault({
        kind,
        match: { method, path },
        times: 2,
      });
      const state = await bed.cycle(tableOf(threats));
      expect(fault.struck).toBeGreaterThan(0);
      expect(state.last).toMatchObject({ kind: 'apply', problem: null });
      expect(bed.own('threat_block')).toEqual(sorted(threats));
      if (kind === 'drop-reply') {
        const ips = bed.accepted.map(({ ip }) => ip);
        expect(new Set(ips).size).toBe(ips.length);
        expect(bed.cloud.operations.filter(({ status }) => status !== 'completed')).toEqual([]);
      }
    });
  }

  test('an operation that does not end is given up after ten minutes; when it is through, the next cycle goes on', async () => {
    await bed.cycle(tableOf(rows(0, 5, 0.9)));
    bed.cloud.fault({ kind: 'stuck-operation', match: { method: 'POST', path: /items$/ } });
    const began = bed.now;
    const stuck = await bed.cycle(tableOf(threats.concat(rows(0, 5, 0.9))));
    expect(stuck.last?.problem).toContain('still pending after 10 minutes');
    expect(bed.now - began).toBeLessThan(15 * 60_000);
    const refused = await bed.cycle(tableOf(threats.concat(rows(0, 5, 0.9))));
    expect(refused.last?.problem).toContain('pending');
    bed.cloud.releaseOperations();
    const state = await bed.cycle(tableOf(threats.concat(rows(0, 5, 0.9))));
    expect(state.last?.problem).toBeNull();
    expect(bed.own('threat_block')).toEqual(sorted(rows(0, 45, 0)));
  });

  test('a wait that Cloudflare asks for is kept, within reason', async () => {
    bed.cloud.fault({ kind: '429', match: { path: /lists$/ }, retryAfter: 120 });
    const { deps, state } = bed.boot();
    const first = await advance(beginSurvey(state, { id: 'a', now: bed.now }), deps);
    expect(first.nextAt).toBe(bed.now + 120_000);
    expect(first.problem).toContain('429');
    bed.cloud.fault({ kind: '429', match: { path: /lists$/ }, retryAfter: 9_999_999 });
    bed.now += 120_000;
    const second = await advance(first.state, deps);
    expect(second.nextAt).toBe(bed.now + 900_000);
  });

  test('before its time it makes no call', async () => {
    bed.cloud.fault({ kind: '500', match: { path: /lists$/ } });
    const { deps, state } = bed.boot();
    const first = await advance(beginSurvey(state, { id: 'a', now: bed.now }), deps);
    const calls = bed.cloud.calls.length;
    const early = await advance(first.state, deps);
    expect(early).toMatchObject({ nextAt: first.nextAt, done: false });
    expect(bed.cloud.calls).toHaveLength(calls);
  });

  test('a token that is refused ends the job at once, and is told nowhere', async () => {
    bed.cloud.fault({ kind: '401', times: Number.POSITIVE_INFINITY });
    const state = await bed.cycle(tableOf(threats));
    expect(JSON.stringify(state)).toContain('401');
    expect(bed.cloud.calls).toHaveLength(1);
    expect(JSON.stringify([...bed.rows])).not.toContain(bed.cloud.token);
  });

  test('an API that is down for good is given up after ten tries', async () => {
    bed.cloud.fault({ kind: '503', times: Number.POSITIVE_INFINITY });
    const { deps } = bed.boot();
    let state = beginSurvey(NEW_SYNC, { id: 'a', now: bed.now });
    const waits: number[] = [];
    for (;;) {
      const turn = await advance(state, deps);
      state = turn.state;
      if (turn.nextAt === null) break;
      waits.push(turn.nextAt - bed.now);
      bed.now = turn.nextAt;
    }
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300].map((seconds) => seconds * 1000));
    expect(state.last?.problem).toContain('503');
    expect(bed.cloud.calls).toHaveLength(10);
  });
});

describe('an API that is slow', () => {
  withBed({ plan: 'free', chunk: 10, operationMs: 40_000 });

  test('a write whose reply was lost is looked for until it shows, and no other is sent meanwhile', async () => {
    bed.cloud.fault({ kind: 'drop-reply', match: { method: 'POST', path: /items$/ }, skip: 1 });
    const state = await bed.cycle(tableOf(rows(0, 30, 0.9)));
    expect(state.last).toMatchObject({ added: 30, problem: null });
    expect(bed.cloud.operations).toHaveLength(3);
    expect(bed.cloud.calls.filter(({ status }) => status === 429)).toEqual([]);
  });

  test("somebody else's operation is waited for", async () => {
    await bed.cycle(tableOf(rows(0, 5, 0.9)));
    const { cloud } = bed;
    const { id } = cloud.list('threat_block') ?? { id: '' };
    await fetch(`${cloud.url}/accounts/${cloud.accountId}/rules/lists/${id}/items`, {
      method: 'POST',
      headers: { authorization: `Bearer ${cloud.token}` },
      body: JSON.stringify([{ ip: addressOf(7), comment: 'by hand' }]),
    });
    const state = await bed.cycle(tableOf(rows(0, 10, 0.9)));
    expect(state.last).toMatchObject({ added: 4, problem: null });
    expect(bed.foreign()).toMatchObject([{ ip: addressOf(7), comment: 'by hand' }]);
  });
});

describe('a plan that replaces another', () => {
  withBed({ plan: 'free', chunk: 5 });

  test('the kill switch in the middle of a fill waits for the write under way, then empties the list', async () => {
    const { deps, state } = bed.boot();
    const surveyed = await advance(beginSurvey(state, { id: 'a', now: bed.now }), deps);
    const { work } = bed.plan(surveyed.state, tableOf(rows(0, 20, 0.9)));
    let turn = await advance(beginApply(surveyed.state, work, { id: 'b', now: bed.now, chunk: 5 }), deps);
    bed.now = turn.nextAt ?? bed.now;
    turn = await advance(turn.state, deps);
    expect(turn.state.operation).toMatchObject({ kind: 'add', from: 5, to: 10 });
    const kill = bed.plan(turn.state, tableOf([]), true);
    let killed = beginApply(turn.state, kill.work, { id: 'c', now: bed.now });
    for (;;) {
      const next = await advance(killed, deps);
      killed = next.state;
      if (next.nextAt === null) break;
      bed.now = next.nextAt;
    }
    expect(killed.last).toMatchObject({ id: 'c', removed: 10, problem: null });
    expect(bed.own('threat_block')).toEqual([]);
    expect(bed.cloud.calls.filter(({ status }) => status === 429)).toEqual([]);
  });

  test('a job that is given up leaves the lists in doubt as long as its write may be under way', async () => {
    const { deps, state } = bed.boot();
    const surveyed = await advance(beginSurvey(state, { id: 'a', now: bed.now }), deps);
    const { work } = bed.plan(surveyed.state, tableOf(rows(0, 20, 0.9)));
    const turn = await advance(beginApply(surveyed.state, work, { id: 'b', now: bed.now, chunk: 5 }), deps);
    const left = giveUp(turn.state, 'turned off', bed.now);
    expect(left).toMatchObject({ job: null, operation: null, last: { problem: 'turned off' } });
    expect(left.doubt).not.toBeNull();
  });
});

/** A look at the lists, as it happens every six hours. */
async function survey(): Promise<void> {
  const { deps, state } = bed.boot();
  const { done } = await advance(beginSurvey(state, { id: 'survey', now: bed.now }), { ...deps, callsPerTurn: 1000 });
  expect(done).toBe(true);
}
