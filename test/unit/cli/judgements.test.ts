import { describe, expect, test } from 'vitest';
import type { NumberedEvent } from '../../../src/actors/contracts.ts';
import { chooseEntries, coveringEntries } from '../../../src/cli/choose-entries.ts';
import { chooseModelRollback, chooseRollback } from '../../../src/cli/choose-rollback.ts';
import { isWanted } from '../../../src/cli/event-filter.ts';
import { describeFailure } from '../../../src/cli/format/failure.ts';
import { noPaint } from '../../../src/cli/format/paint.ts';
import { readProblem } from '../../../src/cli/read-problem.ts';
import { readRawRequest, readTarget } from '../../../src/cli/read-request.ts';
import { diffRulesets, isSame } from '../../../src/cli/ruleset-diff.ts';
import { chooseKey, readDuration, readShieldUrl } from '../../../src/cli/settings.ts';

const event: NumberedEvent = {
  n: 7,
  id: '5f0c2d1e-0000-4000-8000-000000000000',
  kind: 'request',
  at: Date.UTC(2026, 10, 26, 15, 22, 1),
  outcome: 'block',
  reason: 'rule sqli-001 matched in ARGS:q',
  score: 1,
  client: { ip: '203.0.113.7', country: 'DE', asn: 64_500 },
  request: { method: 'GET', host: 'shop.example', path: '/search?q=1', route: 'default', userAgent: 'curl/8' },
  rules: [{ id: 'sqli-001', name: 'UNION', category: 'sqli', score: 70, location: 'ARGS:q', matched: 'union select' }],
  seq: 3,
};

function record(seq: number, hash: string, ruleset = 'owasp-core') {
  return {
    seq,
    hash,
    ruleset,
    kind: 'ruleset' as const,
    at: 0,
    author: 'operator',
    note: '',
    size: 1,
  };
}

function refusal(status: number, body: unknown, more = {}) {
  return readProblem({ status, location: null, retryAfter: null, text: JSON.stringify(body), ...more });
}

describe('filters of tail', () => {
  test.each([
    [{}, true],
    [{ decision: ['block', 'limit'] }, true],
    [{ decision: ['allow'] }, false],
    [{ rule: ['sqli-*'] }, true],
    [{ rule: ['sqli'] }, false],
    [{ ip: ['203.0.113.0/24'] }, true],
    [{ ip: ['203.0.113.8', '2001:db8::/32'] }, false],
    [{ country: ['de'], asn: [64_500], path: ['/search'] }, true],
    [{ country: ['de'], asn: [64_501] }, false],
  ])('%o: %s', (filter, wanted) => {
    expect(isWanted(event, filter)).toBe(wanted);
  });

  test('an event without a client fits no address', () => {
    expect(isWanted({ id: 'x', kind: 'system', at: 0, outcome: 'notice', reason: '', seq: 0 }, { ip: ['::1'] })).toBe(
      false,
    );
  });
});

describe('what undoes a release', () => {
  test('is the one before of the same name', () => {
    const history = [record(9, 'c'), record(8, 'x', 'own'), record(7, 'c'), record(5, 'b'), record(4, 'a')];
    expect(chooseRollback(history, 'owasp-core')).toEqual({ to: 'release', seq: 5 });
  });
  test('is the built-in one where none was before, or it had been removed', () => {
    expect(chooseRollback([record(1, 'a')], 'owasp-core')).toEqual({ to: 'built-in', ruleset: 'owasp-core' });
    const again = [record(3, 'b'), record(2, ''), record(1, 'a')];
    expect(chooseRollback(again, 'owasp-core')).toEqual({ to: 'built-in', ruleset: 'owasp-core' });
  });
  test('is what was removed, after a removal, and nothing without releases', () => {
    expect(chooseRollback([record(2, ''), record(1, 'a')], 'owasp-core')).toEqual({ to: 'release', seq: 1 });
    expect(chooseRollback([record(2, 'a')], 'other')).toBeNull();
  });
});

test('a model goes back to the last that was another, or to the one named, and to nothing that is no model', () => {
  const model = (seq: number, hash: string) => ({ ...record(seq, hash), kind: 'model' as const });
  const history = [model(9, 'c'), record(8, 'x'), model(7, 'c'), model(5, 'b')];
  expect(chooseModelRollback(history, undefined)?.seq).toBe(5);
  expect(chooseModelRollback(history, 7)?.seq).toBe(7);
  expect(chooseModelRollback(history, 8)).toBeNull();
  expect(chooseModelRollback([model(1, 'a')], undefined)).toBeNull();
});

describe('entries of the blocklist', () => {
  const NOW = 1_790_000_000_000;
  const entry = (range: string, source = 'operator', minutes?: number) => ({
    range,
    reason: `of ${range}`,
    since: NOW,
    source,
    ...(minutes !== undefined && { until: NOW + minutes * 60_000 }),
  });
  const entries = [
    entry('203.0.113.0/24'),
    entry('203.0.113.7', 'reputation', 5),
    entry('2001:db8::/32', 'operator', 60),
    entry('AS64500'),
  ];
  const ranges = (filter: Parameters<typeof chooseEntries>[1]) => {
    const chosen = chooseEntries(entries, filter, NOW);
    return chosen.ok ? chosen.value.map(({ range }) => range) : chosen.code;
  };

  test('are chosen by what they hold or lie in, who set them, why, and how soon they end', () => {
    expect(ranges({})).toHaveLength(4);
    expect(ranges({ about: ['203.0.113.7'] })).toEqual(['203.0.113.0/24', '203.0.113.7']);
    expect(ranges({ about: ['203.0.0.0/16'] })).toEqual(['203.0.113.0/24', '203.0.113.7']);
    expect(ranges({ about: ['2001:db8:5::1', 'as64500'] })).toEqual(['2001:db8::/32', 'AS64500']);
    expect(ranges({ by: ['reputation'] })).toEqual(['203.0.113.7']);
    expect(ranges({ reason: ['OF AS'] })).toEqual(['AS64500']);
    expect(ranges({ endsIn: 600 })).toEqual(['203.0.113.7']);
    expect(ranges({ about: ['203.0.113.9'], by: ['reputation'] })).toEqual([]);
    expect(ranges({ about: ['nonsense'] })).toBe(2);
  });

  test('cover an address that has none of its own', () => {
    expect(coveringEntries(entries, ['203.0.113.99']).map(({ range }) => range)).toEqual(['203.0.113.0/24']);
    expect(coveringEntries(entries, ['203.0.0.0/16', 'AS1', 'nonsense'])).toEqual([]);
  });
});

describe('two rulesets', () => {
  const before = {
    name: 'x',
    version: '1',
    rules: [{ id: 'a', score: 1, operator: { name: 'rx', pattern: 'q' } }, { id: 'b' }],
  };
  test('are the same whatever the order of rules and keys', () => {
    const after = {
      rules: [{ id: 'b' }, { operator: { pattern: 'q', name: 'rx' }, score: 1, id: 'a' }],
      version: '1',
      name: 'x',
    };
    expect(isSame(diffRulesets(before, after))).toBe(true);
  });
  test('differ field by field', () => {
    const after = {
      name: 'x',
      version: '2',
      rules: [{ id: 'a', score: 1, operator: { name: 'rx', pattern: 'r' } }, { id: 'c' }],
    };
    expect(diffRulesets(before, after)).toEqual({
      added: ['c'],
      removed: ['b'],
      altered: [
        { id: null, fields: [{ path: 'version', before: '1', after: '2' }] },
        { id: 'a', fields: [{ path: 'operator.pattern', before: 'q', after: 'r' }] },
      ],
    });
  });
});

describe('a request to be tried', () => {
  test('is read as it was on the wire', () => {
    const raw = 'POST /a?b=%27 HTTP/1.1\r\nHost: shop.example\r\nX-A: b: c\r\n\r\nline\r\n\r\nmore';
    expect(readRawRequest(raw)).toEqual({
      ok: true,
      value: {
        method: 'POST',
        path: '/a?b=%27',
        headers: { Host: 'shop.example', 'X-A': 'b: c' },
        body: 'line\r\n\r\nmore',
      },
    });
    expect(readRawRequest('GET /search?q=1 UNION SELECT 2 HTTP/1.1\n')).toMatchObject({
      value: { path: '/search?q=1 UNION SELECT 2' },
    });
  });
  test('is refused where it is none', () => {
    expect(readRawRequest('hello')).toMatchObject({ ok: false, code: 2 });
    expect(readRawRequest('GET / HTTP/1.1\nnonsense')).toMatchObject({ ok: false, code: 2 });
  });
  test('keeps a target as it is written', () => {
    expect(readTarget('https://shop.example/a/../b?q=%00#x')).toEqual({ host: 'shop.example', path: '/a/../b?q=%00' });
    expect(readTarget('https://shop.example?q=1')).toEqual({ host: 'shop.example', path: '/?q=1' });
    expect(readTarget('search')).toBeNull();
  });
});

describe('where the shield is, and its key', () => {
  test('a key travels in clear to this machine alone', () => {
    expect(readShieldUrl('http://localhost:8787').ok).toBe(true);
    expect(readShieldUrl('http://[::1]:8787').ok).toBe(true);
    expect(readShieldUrl('https://shield.example.com').ok).toBe(true);
    for (const url of [
      'http://shield.example.com',
      'http://localhost.example.com',
      'ftp://localhost',
      'localhost:8787',
      'https://a:b@c.example',
    ]) {
      expect(readShieldUrl(url)).toMatchObject({ ok: false, code: 2 });
    }
  });
  test("a clone's own key is for a local shield, and the environment's comes first", () => {
    const devVars = 'OTHER=1\nADMIN_API_KEY="local"\n';
    expect(chooseKey(undefined, true, devVars)).toBe('local');
    expect(chooseKey('given', true, devVars)).toBe('given');
    expect(chooseKey(' ', false, devVars)).toBeNull();
  });
  test.each([
    ['90s', 90],
    ['1h30m', 5400],
    ['7d', 604_800],
    ['30', null],
    ['0s', null],
    ['1h x', null],
  ])('%s is %s seconds', (text, seconds) => {
    expect(readDuration(text)).toBe(seconds);
  });
});

describe('what a shield refuses', () => {
  test.each([
    [401, 'wrong-key', 4],
    [403, 'insufficient-scope', 4],
    [429, 'locked-out', 4],
    [404, 'not-found', 3],
    [503, 'actor-unavailable', 5],
    [422, 'invalid', 1],
  ])('%i %s ends with %i', (status, kind, code) => {
    expect(refusal(status, { type: `/problems/${kind}`, title: 'T', detail: 'D' })).toMatchObject({ code, kind });
  });
  test('is told place by place, with what to do', () => {
    const problems = [{ path: 'rules.3.id', message: 'must be unique\u001B[2J' }];
    const failure = refusal(422, {
      type: '/problems/invalid',
      title: 'Not valid',
      detail: 'D',
      problems,
      request_id: 'r',
    });
    expect(describeFailure(failure, noPaint)).toBe(
      'error: Not valid\n  rules.3.id: must be unique\\x1b[2J\nNothing was changed. Add --help for examples of what is taken.\nrequest r',
    );
    expect(refusal(429, { title: 'T' }, { retryAfter: '60' })).toMatchObject({
      help: 'In 60 s it is looked at again.',
    });
  });
  test('is told apart from what is no shield', () => {
    expect(readProblem({ status: 404, location: null, retryAfter: null, text: '<html>' })).toMatchObject({
      code: 1,
      kind: 'no-shield',
    });
    expect(readProblem({ status: 302, location: 'https://x.example/', retryAfter: null, text: '' })).toMatchObject({
      kind: 'redirect',
      help: expect.stringContaining('https://x.example/') as unknown,
    });
  });
});
