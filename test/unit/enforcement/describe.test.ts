import { expect, test } from 'vitest';
import { explainCheck, type CheckFindings } from '../../../src/actors/enforcement/describe-check.ts';
import { describeCycle, judgeState, type StateFacts } from '../../../src/actors/enforcement/describe-status.ts';
import { testLogic } from '../../../src/actors/enforcement/logic-tests.ts';
import { modeProblem, readInterval, readMode } from '../../../src/actors/enforcement/settings.ts';
import { findTurns } from '../../../src/actors/enforcement/webhook-message.ts';
import type { RunRecord, SourceHealth, SourceState } from '../../../src/actors/contracts.ts';
import { DEFAULT_RESPONSE } from '../../../src/edge/reputation/graduated-response.ts';

const NOW = 1_790_000_000_000;
const account = { CF_API_TOKEN: 't', CF_ACCOUNT_ID: 'a' };
const run: RunRecord = {
  id: 'r',
  startedAt: NOW - 1000,
  endedAt: NOW,
  trigger: 'alarm',
  mode: 'apply',
  state: 'done',
  origin: 'live',
  added: 3,
  removed: 1,
  calls: 4,
  planHash: null,
  problem: null,
};

test.each([
  [undefined, {}, 'plan', false],
  [undefined, account, 'apply', false],
  ['apply', account, 'apply', false],
  ['apply', {}, 'plan', true],
  ['apply', { CF_API_TOKEN: 't' }, 'plan', true],
  ['plan', account, 'plan', false],
  [' OFF ', account, 'off', false],
  ['aply', account, 'plan', true],
] as const)('ENFORCEMENT_MODE %s with %o is mode %s', (word, env, mode, told) => {
  const settings = { ...env, ...(word !== undefined && { ENFORCEMENT_MODE: word }) };
  expect(readMode(settings)).toBe(mode);
  expect(modeProblem(settings) !== null).toBe(told);
});

test.each([
  [undefined, 1800],
  ['', 1800],
  ['soon', 1800],
  ['-5', 1800],
  ['1', 60],
  ['900', 900],
  ['99999999', 604_800],
])('an interval of %s is %d seconds', (text, seconds) => {
  expect(readInterval(text === undefined ? {} : { ENFORCEMENT_INTERVAL_SECONDS: text })).toBe(seconds * 1000);
});

test('seven evaluations pass with the standard thresholds, the last an allow-listed address with the top score', () => {
  const allow = [
    { range: '10.0.0.0/8', note: 'private', origin: 'bogon' },
    { range: '173.245.48.0/20', note: 'Cloudflare', origin: 'cloudflare' },
  ] as const;
  const results = testLogic(DEFAULT_RESPONSE, allow);
  expect(results).toHaveLength(7);
  expect(results.filter(({ passed }) => !passed)).toEqual([]);
  expect(new Set(results.map(({ actual }) => actual)).size).toBe(4);
  expect(results.at(-1)).toEqual({
    ip: '173.245.48.0',
    score: 1,
    expected: 'log_only',
    actual: 'log_only',
    passed: true,
  });
  expect(testLogic(DEFAULT_RESPONSE, []).every(({ passed }) => passed)).toBe(true);
});

test('the evaluations follow the thresholds in force, and conditions that hold everywhere', () => {
  const thresholds = { rate_limit: 0.2, challenge: 0.3, block: 0.95 };
  const rules = { ...DEFAULT_RESPONSE, thresholds, conditions: [{ atMost: 'challenge' as const }] };
  const results = testLogic(rules, []);
  expect(results.every(({ passed }) => passed)).toBe(true);
  expect(results.map(({ actual }) => actual)).not.toContain('block');
});

const facts: StateFacts = {
  mode: 'apply',
  killSwitch: false,
  origin: 'live',
  listMode: 'single-list',
  lastRun: run,
  heldPlan: null,
  intervalMs: 1_800_000,
  now: NOW,
  settings: [],
  webhookProblem: null,
};

test('all well is RUNNING; what is less than it could be is DEGRADED with a reason; what an operator stopped is STOPPED', () => {
  expect(judgeState(facts)).toEqual({ state: 'RUNNING', reasons: [] });
  const degraded: readonly Partial<StateFacts>[] = [
    { lastRun: null },
    { origin: 'cached' },
    { origin: 'emergency' },
    { listMode: 'worker-only' },
    { webhookProblem: 'the receiver answered 500' },
    { settings: ['CF_PLAN is wrong'] },
    { now: NOW + 3 * 1_800_000 },
    { lastRun: { ...run, state: 'failed', problem: 'the API says no' } },
    { lastRun: { ...run, state: 'waiting', problem: 'another operation is pending' } },
  ];
  for (const change of degraded) {
    const { state, reasons } = judgeState({ ...facts, ...change });
    expect(state).toBe('DEGRADED');
    expect(reasons).toHaveLength(1);
  }
  expect(judgeState({ ...facts, killSwitch: true }).state).toBe('STOPPED');
  expect(judgeState({ ...facts, mode: 'off' }).state).toBe('STOPPED');
});

test('a cycle is told as what it came to', () => {
  expect(describeCycle(run, null, false)).toBe(
    'The edge has the live threats. The lists are as planned: 3 added, 1 removed.',
  );
  expect(describeCycle({ ...run, mode: 'plan' }, null, false)).toMatch(/only planned/);
  expect(describeCycle({ ...run, state: 'waiting' }, null, false)).toMatch(/still under way at Cloudflare/);
  expect(describeCycle({ ...run, state: 'failed', problem: 'no room' }, null, false)).toBe(
    'The cycle failed: no room.',
  );
  expect(describeCycle(run, null, true)).toMatch(/kill switch/);
});

const found: CheckFindings = {
  score: 0.9,
  tier: 'block',
  range: '192.0.2.0/24',
  sources: ['ipsum', 'spamhaus-drop-v4'],
  allowed: null,
  edge: 'block',
  lists: [{ name: 'threat_block', displayName: 'threat-block', range: '192.0.2.0/24' }],
  blocklist: null,
  network: { asn: null, from: 'unknown' },
  networksBlocked: 0,
  origin: 'live',
  killSwitch: false,
  rules: DEFAULT_RESPONSE,
};

test('a blocked network is found where the network is known, and else it is said that it is not', () => {
  const clean = { ...found, score: 0, tier: 'log_only', range: null, sources: [], networksBlocked: 2 } as const;
  expect(explainCheck(clean)).toBe(
    'No source lists it. 2 networks are on the blocklist by number; whether this address is in one is not known here: no request of it was kept. Ask with asn.',
  );
  expect(explainCheck({ ...clean, network: { asn: 64_500, from: 'asked' } })).toBe('No source lists it.');
});

test('why an address is met as it is, in plain words', () => {
  expect(explainCheck(found)).toBe(
    "192.0.2.0/24 is listed by ipsum, spamhaus-drop-v4; the score is 0.90, and block begins at 0.8. Enforced at the edge (block) and in the account's list threat-block.",
  );
  expect(explainCheck({ ...found, score: 0.7 })).toMatch(
    /under the 0.8 of block, which is held until the score is under 0.65 and 7200 s/,
  );
  expect(explainCheck({ ...found, score: 0.1, tier: 'log_only' })).toMatch(
    /under the threshold of every response \(0.4\)/,
  );
  expect(explainCheck({ ...found, score: 0, tier: 'log_only', range: null, sources: [] })).toBe('No source lists it.');
  expect(explainCheck({ ...found, edge: null, lists: [] })).toMatch(/not enforced yet/);
  expect(explainCheck({ ...found, origin: 'emergency' })).toMatch(/emergency list is in force/);
  const allowed = { range: '192.0.2.0/24', note: 'office', origin: 'operator' } as const;
  expect(explainCheck({ ...found, allowed, tier: 'log_only' })).toBe(
    'Threat intelligence spares it: 192.0.2.0/24 (office). No score changes that.',
  );
});

// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const source = (id: string, health: SourceHealth) =>
  ({ id, health, problem: health === 'ok' ? null : 'HTTP 500' }) as SourceState;
const turns = (before: Record<string, SourceHealth>, ...sources: SourceState[]) =>
  findTurns(before, { sources }).map(({ source: id, from, to }) => [id, from, to]);

test('trouble with a source is news when it begins and when it ends, not while it lasts', () => {
  expect(turns({}, source('a', 'ok'), source('b', 'pending'), source('c', 'failing'))).toEqual([
    ['c', 'pending', 'failing'],
  ]);
  expect(
    turns({ a: 'failing', b: 'ok', c: 'suspect' }, source('a', 'failing'), source('b', 'suspect'), source('c', 'ok')),
  ).toEqual([
    ['b', 'ok', 'suspect'],
    ['c', 'suspect', 'ok'],
  ]);
  expect(turns({ a: 'failing' }, source('a', 'suspect'))).toEqual([]);
  expect(turns({ a: 'failing' }, source('a', 'off'))).toEqual([['a', 'failing', 'off']]);
});
