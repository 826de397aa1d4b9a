import { describe, expect, test } from 'vitest';
import { judgeStage, type Observation } from '../../../scripts/conformance/expectation.ts';
import type { Expectation, FtwTest } from '../../../scripts/conformance/ftw-test.ts';
import { reflect } from '../../../scripts/conformance/reflect.ts';
import { formatReport, toJson } from '../../../scripts/conformance/report.ts';
import { runSuite, type Subject } from '../../../scripts/conformance/run.ts';

const NOTHING: Expectation = { status: [], expectIds: [], noExpectIds: [], matches: null, noMatch: null, error: false };
const LOG = [{ id: '920100', text: '[id "920100"] [msg "bad line"]' }];

describe('an expectation', () => {
  const seen: Observation = { status: 200, error: null, log: LOG };
  const judge = (expected: Partial<Expectation>, observation: Partial<Observation> = {}) =>
    judgeStage({ ...NOTHING, ...expected }, { ...seen, ...observation });

  test('holds when everything it asks for is seen', () => {
    expect(
      judge({ status: [200], expectIds: ['920100'], noExpectIds: ['1'], matches: /bad l/, noMatch: /good/ }),
    ).toBeNull();
  });

  test('fails with what is missing and what is there instead', () => {
    expect(judge({ expectIds: ['1', '920100'] })).toBe('rule 1 did not match; these did: 920100');
    expect(judge({ noExpectIds: ['920100'] })).toContain('rule 920100 matched');
    expect(judge({ matches: /good/ })).toContain('no log line matches good');
    expect(judge({ noMatch: /bad/ })).toContain('a log line matches bad');
    expect(judge({ status: [400, 403] })).toContain('status 200 instead of 400 or 403');
    expect(judge({}, { status: null, error: 'refused' })).toBe('no answer: refused');
    expect(judge({ error: true })).toContain('should have refused');
  });

  test('of an error is met by an error alone', () => {
    expect(judge({ error: true, expectIds: ['1'] }, { status: null, error: 'reset', log: [] })).toBeNull();
  });
});

function test920(id: string, expected: Partial<Expectation>): FtwTest {
  const input = {
    method: 'GET',
    uri: '/',
    version: 'HTTP/1.1',
    headers: [],
    data: null,
    autocomplete: true,
    tellsEmptiness: true,
    raw: null,
  };
  return { id, group: 'REQUEST-920', stages: [{ input, expected: { ...NOTHING, ...expected } }] };
}

/** Matches rule 920100, whatever comes. */
const subject: Subject = {
  hasServer: false,
  width: 2,
  observe: async () => ({ status: null, error: null, log: LOG }),
  stop: async () => {},
};

test('a run sorts tests into passed, failed, excepted and skipped', async () => {
  const tests = [
    test920('a', { expectIds: ['920100'] }),
    test920('b', { expectIds: ['1'] }),
    test920('c', { expectIds: ['2'] }),
    test920('d', { status: [400] }),
    test920('e', { expectIds: ['920100'] }),
  ];
  const exceptions = new Map([
    ['c', 'no Worker sees it'],
    ['e', 'nor this'],
  ]);
  const progress: number[] = [];
  const outcome = await runSuite(tests, subject, exceptions, (done) => progress.push(done));
  expect(toJson('crs', outcome)).toEqual({
    suite: 'crs',
    tests: 5,
    passed: 2,
    failed: [{ id: 'b', why: 'rule 1 did not match; these did: 920100' }],
    excepted: [{ id: 'c', why: 'no Worker sees it' }],
    skipped: [{ id: 'd', why: 'looks at the answer of the server in front of the rules alone' }],
  });
  expect(outcome.unneeded).toEqual(['e']);
  expect(progress).toEqual([1, 2, 3, 4]);
  const report = formatReport('crs', outcome);
  expect(report).toContain('2 of 4 passed (50.00 %), 1 failed, 1 failed as declared; 1 of 5 skipped');
  expect(report).toContain('no Worker sees it');
});

const ask = (body: string) => reflect('POST', '/reflect?x=1', Buffer.from(body));

describe('the backend of the suites', () => {
  test('answers as the body of /reflect asks', () => {
    expect(ask('{"status": 500, "headers": {"X-A": "b"}, "body": "hello"}')).toEqual({
      status: 500,
      headers: [
        ['X-A', 'b'],
        ['Content-Type', 'text/plain; charset=utf-8'],
      ],
      body: Buffer.from('hello'),
    });
    expect(ask('{"encodedBody": "aGk="}').body.toString()).toBe('hi');
  });

  test('refuses what it cannot read, and answers everything else with nothing', () => {
    expect(ask('{').status).toBe(400);
    expect(ask('{"status": 42}').status).toBe(400);
    expect(reflect('GET', '/reflect', Buffer.alloc(0))).toEqual({ status: 200, headers: [], body: Buffer.alloc(0) });
    expect(reflect('POST', '/reflected', Buffer.from('{')).status).toBe(200);
  });
});
