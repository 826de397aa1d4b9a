import { describe, expect, test } from 'vitest';
import type { Rule, Ruleset } from '../../../rules/schema.ts';
import { hold, matchedIds, rulesetOf } from '../../support/node/engine.ts';

const TX = (selector: string) => ({ collection: 'TX', selector }) as const;
const always: Partial<Rule> = { targets: [], operator: { name: 'unconditionalMatch' } };
const set = (variable: string, value: NonNullable<Rule['assignments']>[number]['value']) =>
  ({ variable, operation: 'set', ...(value !== undefined && { value }) }) as const;
const capture = (pattern: string): Partial<Rule> => ({
  operator: { name: 'rx', pattern },
  capture: true,
  action: 'pass',
});
const early = (controls: NonNullable<Rule['controls']>): Partial<Rule> => ({
  ...always,
  phase: 1,
  action: 'pass',
  controls,
});
const ids = (ruleset: Ruleset, path: string) => matchedIds(hold(ruleset, { path }));

describe('chains', () => {
  const chain: NonNullable<Rule['chain']> = [
    { targets: [{ collection: 'REQUEST_METHOD' }], transformations: [], operator: { name: 'streq', text: 'GET' } },
    { targets: [{ collection: 'MATCHED_VAR' }], transformations: [], operator: { name: 'streq', text: 'GET' } },
  ];

  test('match when every link does', () => {
    const ruleset = rulesetOf([{ chain }]);
    expect(ids(ruleset, '/?a=bad')).toEqual(['r-1']);
    expect(ids(ruleset, '/?a=good')).toEqual([]);
    expect(matchedIds(hold(ruleset, { method: 'POST', path: '/?a=bad' }))).toEqual([]);
  });

  test('tell where in the request the head matched', () => {
    expect(hold(rulesetOf([{ chain }]), { path: '/?a=bad' }).result.matches[0]).toMatchObject({
      location: 'ARGS:a',
      matched: 'bad',
    });
  });

  test('tell where a later link matched when the head looks at no value of the request', () => {
    const rule: Partial<Rule> = {
      targets: [{ collection: 'ARGS', count: true }],
      operator: { name: 'gt', value: '0' },
      chain: [{ targets: [{ collection: 'ARGS' }], transformations: [], operator: { name: 'contains', text: 'bad' } }],
    };
    expect(hold(rulesetOf([rule]), { path: '/?a=bad' }).result.matches[0]?.location).toBe('ARGS:a');
  });

  test('gather what matched so far in MATCHED_VARS, and begin anew with each rule', () => {
    const seen: Partial<Rule> = {
      operator: { name: 'rx', pattern: 'b' },
      chain: [
        { targets: [{ collection: 'MATCHED_VARS' }], transformations: [], operator: { name: 'streq', text: 'b1' } },
        {
          targets: [{ collection: 'MATCHED_VARS_NAMES' }],
          transformations: [],
          operator: { name: 'streq', text: 'ARGS:y' },
        },
      ],
    };
    expect(ids(rulesetOf([{ operator: { name: 'rx', pattern: 'a' } }, seen]), '/?x=b1&y=b2&z=a')).toEqual([
      'r-1',
      'r-2',
    ]);
    expect(ids(rulesetOf([seen]), '/?x=b1&z=b2')).toEqual([]);
  });
});

describe('TX variables', () => {
  test('begin with what the ruleset gives them, and count as absent otherwise', () => {
    const ruleset = rulesetOf(
      [
        { targets: [TX('limit')], operator: { name: 'eq', value: '7' } },
        { targets: [{ ...TX('limit'), count: true }], operator: { name: 'eq', value: '1' } },
        { targets: [{ ...TX('other'), count: true }], operator: { name: 'eq', value: '0' } },
        { targets: [TX('other')], operator: { name: 'eq', value: '0' } },
      ],
      { variables: { limit: '7' } },
    );
    expect(ids(ruleset, '/')).toEqual(['r-1', 'r-2', 'r-3']);
  });

  test('are set, added to, subtracted from and unset, once for each value that matches', () => {
    const ruleset = rulesetOf([
      {
        action: 'pass',
        assignments: [
          { variable: 'sum', operation: 'add', value: '5' },
          { variable: 'rest', operation: 'subtract', value: [{ collection: 'TX', selector: 'sum' }] },
          set('last', [{ collection: 'MATCHED_VAR_NAME' }, '=', { collection: 'MATCHED_VAR' }]),
        ],
      },
      { ...always, action: 'pass', assignments: [set('gone', '1'), { variable: 'gone', operation: 'unset' }] },
    ]);
    const transaction = hold(ruleset, { path: '/?a=bad1&b=good&c=bad2' });
    expect(['sum', 'rest', 'last', 'gone'].map((name) => transaction.readTx(name))).toEqual([
      10,
      -15,
      'ARGS:c=bad2',
      undefined,
    ]);
    expect(transaction.result.matches).toEqual([]);
  });

  test('take names made of macros, which selectors by pattern find', () => {
    const ruleset = rulesetOf([
      {
        ...always,
        targets: [{ collection: 'ARGS_NAMES' }],
        action: 'pass',
        assignments: [{ variable: ['count_', { collection: 'MATCHED_VAR_NAME' }], operation: 'add', value: '1' }],
      },
      { targets: [{ collection: 'TX', pattern: '^count_' }], operator: { name: 'gt', value: '1' } },
    ]);
    expect(ids(ruleset, '/?a=1&b=1')).toEqual([]);
    const [match] = hold(ruleset, { path: '/?a=1&B=1&b=1', method: 'GET' }).result.matches;
    expect(match).toMatchObject({ id: 'r-2', location: 'TX:count_args_names:b', raw: null });
  });

  test('hold what a rule captured, and forget what groups did not take part', () => {
    const first = hold(rulesetOf([capture('(b)(a)(d)')]), { path: '/?a=xbad' });
    expect(['0', '1', '2', '3', '4'].map((name) => first.readTx(name))).toEqual(['bad', 'b', 'a', 'd', undefined]);
    const second = hold(rulesetOf([capture('(b)(a)(d)'), capture('(?:(q)|b)')]), { path: '/?a=xbad' });
    expect(['0', '1', '2'].map((name) => second.readTx(name))).toEqual(['b', undefined, undefined]);
  });

  test('hold the groups of the option that matches first, under their own numbers', () => {
    const rule: Partial<Rule> = { operator: { name: 'rx', pattern: '(nope)|(a)(d)|b(ad)' }, capture: true };
    const transaction = hold(rulesetOf([rule]), { path: '/?a=bad' });
    expect(['0', '1', '2', '3', '4'].map((name) => transaction.readTx(name))).toEqual([
      'bad',
      undefined,
      undefined,
      undefined,
      'ad',
    ]);
  });

  test('serve as arguments of operators', () => {
    const ruleset = rulesetOf(
      [
        {
          targets: [{ collection: 'REQUEST_METHOD' }],
          operator: { name: 'within', text: [TX('allowed')], negate: true },
        },
        { targets: [{ collection: 'ARGS', selector: 'n' }], operator: { name: 'ge', value: [TX('limit')] } },
        {
          targets: [{ collection: 'ARGS', selector: 'h' }],
          operator: { name: 'endsWith', text: ['.', { collection: 'REQUEST_HEADERS', selector: 'host' }] },
        },
      ],
      { variables: { allowed: 'GET HEAD', limit: '5' } },
    );
    expect(ids(ruleset, '/?n=4&h=x')).toEqual([]);
    const request = { method: 'PUT', path: '/?n=5&h=a.example.com', headers: { host: 'example.com' } };
    expect(matchedIds(hold(ruleset, request))).toEqual(['r-1', 'r-2', 'r-3']);
  });
});

describe('the order of rules', () => {
  test('goes on at the marker after a match, in the same phase only', () => {
    const ruleset = rulesetOf(
      [{ action: 'pass', skipAfter: 'END' }, { ...always }, { ...always, phase: 1 }, { ...always }],
      { markers: { END: 3 } },
    );
    expect(ids(ruleset, '/?a=bad')).toEqual(['r-3', 'r-4']);
    expect(ids(ruleset, '/?a=good')).toEqual(['r-3', 'r-2', 'r-4']);
  });

  test('has phase 1 before there is a body, and before phase 2 wherever it stands', () => {
    const body = 'a=bad';
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const ruleset = rulesetOf([
      {},
      { phase: 1 },
      { phase: 1, targets: [{ collection: 'ARGS', count: true }], operator: { name: 'eq', value: '1' } },
    ]);
    expect(matchedIds(hold(ruleset, { path: '/?b=1', headers, body }))).toEqual(['r-3', 'r-1']);
    expect(ids(ruleset, '/?b=bad')).toEqual(['r-2', 'r-3', 'r-1']);
  });

  test('spares phase 2 when a rule of phase 1 blocks', () => {
    expect(ids(rulesetOf([{ phase: 1, action: 'block' }, {}]), '/?a=bad')).toEqual(['r-1']);
  });

  test('has the phases of the answer when there is one', () => {
    const ruleset = rulesetOf([
      { phase: 3, targets: [{ collection: 'RESPONSE_STATUS' }], operator: { name: 'rx', pattern: '^5' } },
      { phase: 3, targets: [{ collection: 'RESPONSE_HEADERS', selector: 'Server' }] },
      { phase: 4, targets: [{ collection: 'RESPONSE_BODY' }], operator: { name: 'pm', words: ['ORA-'] } },
      { phase: 4, targets: [{ collection: 'ARGS' }] },
      { phase: 5, targets: [TX('seen')], operator: { name: 'eq', value: '1' }, action: 'block' },
      { ...always, phase: 1, action: 'pass', assignments: [set('seen', '1')] },
    ]);
    const transaction = hold(ruleset, { path: '/?a=bad' });
    expect(transaction.result.matches).toEqual([]);
    transaction.respond({ status: 500, headers: [['server', 'bad/1']], body: new TextEncoder().encode('ora-1234') });
    expect(matchedIds(transaction)).toEqual(['r-1', 'r-2', 'r-3', 'r-4']);
    transaction.finish();
    expect(transaction.result).toMatchObject({ blocking: false, score: 40 });
    expect(transaction.result.matches.at(-1)).toMatchObject({ id: 'r-5', mode: 'detect' });
  });

  test("leaves phase 4 out when the answer's body is not looked at", () => {
    const transaction = hold(rulesetOf([{ ...always, phase: 4 }]), {});
    transaction.respond({ status: 200, headers: [], body: null });
    expect(transaction.result.matches).toEqual([]);
  });
});

describe('controls', () => {
  test('take rules out', () => {
    expect(ids(rulesetOf([early([{ name: 'removeRules', ids: ['r-2', 'gone'] }]), {}, {}]), '/?a=bad')).toEqual([
      'r-3',
    ]);
  });

  test('take targets out of rules', () => {
    const ruleset = rulesetOf([
      early([{ name: 'removeTarget', ids: ['r-2'], target: { collection: 'ARGS', pattern: '^to' } }]),
      {},
      {},
    ]);
    expect(ids(ruleset, '/?token=bad')).toEqual(['r-3']);
    expect(ids(ruleset, '/?token=bad&x=bad')).toEqual(['r-2', 'r-3']);
  });

  test('switch the engine to detection only, and off', () => {
    const result = hold(rulesetOf([early([{ name: 'ruleEngine', mode: 'detect' }]), { action: 'block' }]), {
      path: '/?a=bad',
    }).result;
    expect(result).toMatchObject({ score: 0, blocking: false });
    expect(result.matches[0]?.mode).toBe('detect');
    expect(ids(rulesetOf([early([{ name: 'ruleEngine', mode: 'off' }]), {}]), '/?a=bad')).toEqual([]);
  });

  test('cannot make a ruleset block that only detects', () => {
    const ruleset = rulesetOf([early([{ name: 'ruleEngine', mode: 'on' }]), { action: 'block' }]);
    expect(hold(ruleset, { path: '/?a=bad' }, { mode: 'detect' }).result.blocking).toBe(false);
  });

  const json = { path: '/', headers: { 'content-type': 'application/json' }, body: '{"a":"x=bad"}' };
  const onBody: Partial<Rule> = { targets: [{ collection: 'REQUEST_BODY' }] };
  test('make the body a variable, whatever its type', () => {
    expect(matchedIds(hold(rulesetOf([onBody]), json))).toEqual([]);
    expect(matchedIds(hold(rulesetOf([onBody, early([{ name: 'forceRequestBodyVariable' }])]), json))).toEqual(['r-1']);
  });

  test('have the body taken apart by another processor', () => {
    const ruleset = rulesetOf([
      early([{ name: 'requestBodyProcessor', processor: 'URLENCODED' }]),
      { targets: [{ collection: 'ARGS_POST', selector: '{"a":"x' }] },
      { targets: [{ collection: 'REQBODY_PROCESSOR' }], operator: { name: 'streq', text: 'URLENCODED' } },
    ]);
    expect(matchedIds(hold(ruleset, json))).toEqual(['r-2', 'r-3']);
  });
});

describe('options', () => {
  test('evaluate nothing when off', () => {
    expect(hold(rulesetOf([{}]), { path: '/?a=bad' }, { mode: 'off' }).result.matches).toEqual([]);
  });

  test('tell without weight when detecting', () => {
    const { result } = hold(rulesetOf([{ action: 'block' }]), { path: '/?a=bad' }, { mode: 'detect' });
    expect(result).toMatchObject({ score: 0, blocking: false, matches: [{ id: 'r-1', mode: 'detect' }] });
  });

  test('undo what a rule in detection-only mode set', () => {
    const ruleset = rulesetOf([
      {
        assignments: [{ variable: 'sum', operation: 'add', value: '5' }],
        capture: true,
        operator: { name: 'rx', pattern: 'bad' },
      },
      { targets: [TX('sum')], operator: { name: 'ge', value: '5' }, action: 'block' },
    ]);
    expect(hold(ruleset, { path: '/?a=bad' }).result).toMatchObject({ blocking: true, score: 20 });
    const transaction = hold(ruleset, { path: '/?a=bad' }, { detectionOnly: new Set([0]) });
    expect(transaction.result).toMatchObject({ score: 0, blocking: false, matches: [{ id: 'r-1', mode: 'detect' }] });
    expect(transaction.readTx('0')).toBeUndefined();
  });

  test('leave out rules of a higher paranoia level', () => {
    const ruleset = rulesetOf([{ paranoia: 2 }, { paranoia: 1 }, {}]);
    expect(matchedIds(hold(ruleset, { path: '/?a=bad' }, { paranoia: 1 }))).toEqual(['r-2', 'r-3']);
    expect(ids(ruleset, '/?a=bad')).toEqual(['r-1', 'r-2', 'r-3']);
  });

  test('ask exclusions once for each value that matched, with its own place, and before anything follows', () => {
    const asked: unknown[] = [];
    const exclusions = {
      excludes(rule: number, collection: string, name: string) {
        asked.push([rule, collection, name]);
        return name !== 'b';
      },
    };
    const ruleset = rulesetOf([
      { assignments: [{ variable: 'sum', operation: 'add', value: '1' }] },
      { targets: [{ collection: 'ARGS_NAMES' }] },
    ]);
    const transaction = hold(ruleset, { path: '/?a=bad&b=bad&c=good&bad=1' }, { exclusions });
    expect(asked).toEqual([
      [0, 'ARGS_GET', 'a'],
      [0, 'ARGS_GET', 'b'],
      [1, 'ARGS_GET_NAMES', 'bad'],
    ]);
    expect(transaction.result.matches).toMatchObject([{ id: 'r-1', location: 'ARGS:b', values: 1 }]);
    expect(transaction.readTx('sum')).toBe(1);
  });
});

describe('a match', () => {
  test('tells offsets in the decoded and in the raw value', () => {
    const rule: Partial<Rule> = {
      transformations: ['urlDecodeUni', 'lowercase'],
      operator: { name: 'rx', pattern: 'b.d' },
    };
    expect(hold(rulesetOf([rule]), { path: '/?a=x%2562Ad!' }).result.matches[0]).toMatchObject({
      matched: 'bad',
      decoded: { start: 1, end: 4 },
      raw: { start: 1, end: 6 },
      transformations: ['urlDecodeUni', 'lowercase'],
    });
  });

  test('counts the values, and tells the first in the order of the targets', () => {
    const targets = [{ collection: 'ARGS_NAMES' }, { collection: 'ARGS' }] as const;
    const [match] = hold(rulesetOf([{ targets: [...targets] }]), { path: '/?a=bad&bad=1&c=bad' }).result.matches;
    expect(match).toMatchObject({ location: 'ARGS_NAMES:bad', values: 3 });
  });

  test('stands behind as many transformations as it took, where a rule looks after each', () => {
    const rule: Partial<Rule> = { transformations: ['urlDecodeUni', 'urlDecodeUni'], multiMatch: true };
    const found = (path: string) => hold(rulesetOf([rule]), { path }).result.matches[0];
    expect(found('/?a=bad')).toMatchObject({ transformations: [], values: 1 });
    expect(found('/?a=b%2561d%2561')).toMatchObject({ transformations: ['urlDecodeUni'], matched: 'bad' });
    expect(found('/?a=b%252561d')).toMatchObject({ transformations: ['urlDecodeUni', 'urlDecodeUni'] });
  });

  test('of a negated operator is the whole value', () => {
    const rule: Partial<Rule> = { operator: { name: 'rx', pattern: '^\\d+$', negate: true } };
    expect(hold(rulesetOf([rule]), { path: '/?a=12&b=x1' }).result.matches).toMatchObject([
      { location: 'ARGS:b', matched: 'x1' },
    ]);
  });
});

const counting = (targets: Rule['targets'], value: string) => rulesetOf([{ targets, operator: { name: 'eq', value } }]);

describe('targets', () => {
  test.each<[string, Rule['targets'], string[]]>([
    ['a member in any case', [{ collection: 'ARGS', selector: 'ID' }], ['ARGS:iD']],
    ['members by pattern', [{ collection: 'ARGS', pattern: '^I' }], ['ARGS:iD', 'ARGS:it']],
    [
      'all but one',
      [{ collection: 'ARGS' }, { collection: 'ARGS', selector: 'id', exclude: true }],
      ['ARGS:it', 'ARGS:b'],
    ],
    ['all but a pattern', [{ collection: 'ARGS' }, { collection: 'ARGS', pattern: '^i', exclude: true }], ['ARGS:b']],
    [
      'names, which an exclusion of values leaves alone',
      [{ collection: 'ARGS_NAMES' }, { collection: 'ARGS' }, { collection: 'ARGS', exclude: true }],
      [],
    ],
    ['cookies', [{ collection: 'REQUEST_COOKIES' }], ['REQUEST_COOKIES:sid']],
  ])('select %s', (_, targets, locations) => {
    const request = { path: '/?iD=bad&it=bad&b=bad', headers: { cookie: 'sid=bad' } };
    const found = locations.map((_location, index) => index);
    const all = hold(rulesetOf([{ targets }]), request).result.matches;
    expect(all.map(({ location, values }) => [location, values])).toEqual(
      found.length === 0 ? [] : [[locations[0], locations.length]],
    );
  });

  test('count members, but for those excluded', () => {
    const path = '/?a=1&b=2&A=3';
    expect(ids(counting([{ collection: 'ARGS', count: true }], '3'), path)).toEqual(['r-1']);
    expect(ids(counting([{ collection: 'ARGS', selector: 'a', count: true }], '2'), path)).toEqual(['r-1']);
    expect(ids(counting([{ collection: 'REQUEST_HEADERS', selector: 'Nope', count: true }], '0'), path)).toEqual([
      'r-1',
    ]);
    const excluded = [
      { collection: 'ARGS', count: true },
      { collection: 'ARGS', selector: 'b', exclude: true },
    ] as const;
    expect(ids(counting([...excluded], '2'), path)).toEqual(['r-1']);
  });
});
