import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRuleset } from '../../../../rules/schema.ts';
import { activateRulesets } from '../../../../src/edge/active-rulesets.ts';
import { defaultPolicy } from '../../../../src/edge/default-policy.ts';
import { compileExclusions, selectExclusions } from '../../../../src/edge/exclusions/exclusions.ts';
import { readTarget } from '../../../../src/edge/exclusions/target-pattern.ts';
import { Inspection } from '../../../../src/edge/inspect.ts';
import { parsePolicy } from '../../../../src/edge/policy.ts';
import { viewExample } from '../../../../src/edge/waf/check-ruleset.ts';
import { compileRuleset } from '../../../../src/edge/waf/compile.ts';
import { prepareRuleset } from '../../../../src/edge/waf/prepare-ruleset.ts';
import type { Example } from '../../../../rules/schema.ts';

const rule = (id: string, tags: readonly string[], category = 'sqli', paranoia = 1) => ({
  id,
  name: `Rule ${id}`,
  category,
  severity: 'critical',
  score: 10,
  action: 'block',
  paranoia,
  targets: ['ARGS', 'ARGS_NAMES', 'REQUEST_HEADERS', 'REVEALED'].map((collection) => ({ collection })),
  transformations: [],
  operator: { name: 'contains', text: 'tea' },
  tags,
});

function rulesetOf(...rules: readonly object[]) {
  const parsed = parseRuleset({ name: 'x', version: '1', rules });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return compileRuleset(prepareRuleset(parsed.value));
}

const crs = rulesetOf(
  rule('942100', ['attack-sqli', 'OWASP_CRS']),
  rule('942190', ['attack-sqli', 'paranoia-level/2'], 'sqli', 2),
  rule('941100', ['attack-xss'], 'xss'),
);
const core = rulesetOf(rule('sqli-001', ['attack-sqli']));
const rulesets = [['owasp-core', core] as const, ['crs', crs] as const];

function policyWith(parts: object) {
  const parsed = parsePolicy({ ...defaultPolicy({}), rulesets: { crs: { mode: 'block' } }, ...parts });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
}

/** Ids of the rules that match a request, those that only tell in brackets; and the exclusions that hit. */
function judge(parts: object, example: Example = { path: '/?q=tea' }, now = 0) {
  const policy = policyWith(parts);
  const view = viewExample(example);
  const chosen = selectExclusions(compileExclusions(policy.exclusions ?? [], rulesets), view, now);
  const { matches, excluded = [], blocking } = new Inspection(activateRulesets(rulesets, policy), view, chosen).result;
  return { ids: matches.map(({ id, mode }) => (mode === undefined ? id : `(${id})`)), excluded, blocking };
}

const ALL = ['sqli-001', '942100', '942190', '941100'];
const excluding = (parts: object) => ({ exclusions: [{ id: 'one', reason: 'because', ...parts }] });

test('without exclusions every rule matches', () => {
  expect(judge({})).toEqual({ ids: ALL, excluded: [], blocking: true });
  expect(selectExclusions([], viewExample({}), 0)).toBeNull();
});

test.each([
  [{ rules: ['942100'] }, ['sqli-001', '942190', '941100']],
  [{ rules: ['942*'] }, ['sqli-001', '941100']],
  [{ rules: ['942000-942150', '941100'] }, ['sqli-001', '942190']],
  [{ tags: ['attack-sqli'] }, ['941100']],
  [{ tags: ['attack-*'], rulesets: ['crs'] }, ['sqli-001']],
  [{ categories: ['xss'] }, ['sqli-001', '942100', '942190']],
  [{ rules: ['*'], rulesets: ['crs'] }, ['sqli-001']],
  [{ rules: ['*'] }, []],
  [{ rules: ['94210'] }, ALL],
  [{ rules: ['*'], rulesets: ['elsewhere'] }, ALL],
])('%j leaves %j', (parts, left) => {
  const result = judge(excluding(parts));
  expect(result.ids).toEqual(left);
  expect(result.excluded).toEqual(left.length < ALL.length ? ['one'] : []);
});

/** Base64 of a text in which the word stands. */
const HIDDEN = btoa('a cup of tea for the two of us');

describe('an exclusion applies', () => {
  const all = { rules: ['*'] };
  test.each<[string, object, Example, boolean]>([
    ['to its path', { path: '/api/**' }, { path: '/api/x?q=tea' }, true],
    ['to no other path', { path: '/api/**' }, { path: '/?q=tea' }, false],
    ['to its host', { host: 'example.com' }, { path: '/?q=tea' }, true],
    ['to hosts by wildcard', { host: '*.com' }, { path: '/?q=tea' }, true],
    ['to no other host', { host: 'shop.example.com' }, { path: '/?q=tea' }, false],
    ['to its method', { methods: ['post'] }, { path: '/?q=tea', method: 'POST' }, true],
    ['to no other method', { methods: ['POST'] }, { path: '/?q=tea' }, false],
    ['to its target', { targets: ['ARGS:q'] }, { path: '/?q=tea' }, true],
    ['whatever the case of its name', { targets: ['ARGS_GET:Q'] }, { path: '/?q=tea' }, true],
    ['to the whole collection', { targets: ['ARGS_GET'] }, { path: '/?q=tea' }, true],
    ['to no other target', { targets: ['ARGS:p'] }, { path: '/?q=tea' }, false],
    ['to no other collection', { targets: ['ARGS_POST:q'] }, { path: '/?q=tea' }, false],
    ['to values, not to names', { targets: ['ARGS'] }, { path: '/?tea=1' }, false],
    ['to names', { targets: ['ARGS_NAMES'] }, { path: '/?tea=1' }, true],
    ['to headers', { targets: ['REQUEST_HEADERS:X-Drink'] }, { headers: { 'x-drink': 'tea' } }, true],
    ['by regular expression', { targets: ['ARGS:/^q\\d?$/'] }, { path: '/?q7=tea' }, true],
    ['to what its target says under further layers', { targets: ['ARGS:q'] }, { path: `/?q=${HIDDEN}` }, true],
    ['but not to what another says there', { targets: ['ARGS:p'] }, { path: `/?q=${HIDDEN}` }, false],
    ['by regular expression alone', { targets: ['ARGS:/^q\\d?$/'] }, { path: '/?qx=tea' }, false],
  ])('%s', (_, parts, example, applies) => {
    expect(judge(excluding({ ...all, ...parts }), example).excluded).toEqual(applies ? ['one'] : []);
    expect(judge(excluding({ ...all, ...parts }), example).blocking).toBe(!applies);
  });

  test.each([
    ['ARGS:json.items.[].html', true],
    ['ARGS:json.items.0.html', false],
    ['ARGS:/^json\\.items\\.\\d+\\.html$/', true],
    ['ARGS:json.items.[]', false],
    ['ARGS:json.[].[].html', false],
  ])('to the JSON path %s', (target, applies) => {
    const body = JSON.stringify({ items: [{ html: 'milk' }, { html: 'tea' }] });
    const example = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
    expect(judge(excluding({ ...all, targets: [target] }), example).blocking).toBe(!applies);
  });

  test('to what it means, while the same rule still matches elsewhere', () => {
    const both = judge(excluding({ ...all, targets: ['ARGS:q'] }), { path: '/?q=tea&p=tea' });
    expect(both).toEqual({ ids: ALL, excluded: ['one'], blocking: true });
  });

  test('until it expires', () => {
    const parts = excluding({ ...all, expires: '2027-03-31' });
    const end = Date.UTC(2027, 2, 31);
    expect(judge(parts, undefined, end - 1).excluded).toEqual(['one']);
    expect(judge(parts, undefined, end)).toEqual({ ids: ALL, excluded: [], blocking: true });
  });
});

test('of two exclusions that keep the same match away the first is counted', () => {
  const exclusions = ['one', 'two'].map((id) => ({ id, reason: 'r', rules: ['*'] }));
  expect(judge({ exclusions }).excluded).toEqual(['one']);
});

test('a rule in detection-only mode tells and does not block', () => {
  expect(judge({ detectionOnly: [{ rules: ['942*'] }] }).ids).toEqual(['sqli-001', '(942100)', '(942190)', '941100']);
  expect(judge({ detectionOnly: [{ rules: ['*'] }] }).blocking).toBe(false);
  expect(judge({ detectionOnly: [{ tags: ['attack-sqli'], rulesets: ['crs'] }] }).ids).toContain('sqli-001');
});

const at = (paranoia: number) => judge({ rulesets: { crs: { mode: 'block', paranoia } } }).ids;

test('rules above the paranoia level of their ruleset are not evaluated', () => {
  expect(at(1)).toEqual(['sqli-001', '942100', '941100']);
  expect(at(2)).toEqual(ALL);
});

describe('a policy says what is wrong with', () => {
  test.each<[string, object, string, string]>([
    ['an exclusion of nothing', { path: '/a' }, 'exclusions.0', 'rules, tags or categories'],
    ['no reason', { rules: ['1'], reason: ' ' }, 'exclusions.0.reason', ''],
    ['a path', { rules: ['1'], path: 'a' }, 'exclusions.0.path', 'slash'],
    ['a target', { rules: ['1'], targets: ['ARGS:a', 'ARGZ'] }, 'exclusions.0.targets.1', 'ARGZ is no variable'],
    ['a regular expression', { rules: ['1'], targets: ['ARGS:/(/'] }, 'exclusions.0.targets.0', 'regular expression'],
    ['look-behind', { rules: ['1'], targets: ['ARGS:/(?<=a)b/'] }, 'exclusions.0.targets.0', 'linear time'],
    ['a huge expression', { rules: ['1'], targets: ['ARGS:/((a{1,900}){1,900}){9}/'] }, 'exclusions.0.targets.0', ''],
    ['an exclamation mark', { rules: ['1'], targets: ['!ARGS:a'] }, 'exclusions.0.targets.0', 'exclamation'],
    ['a day', { rules: ['1'], expires: '2027-02-31x' }, 'exclusions.0.expires', 'a day such as'],
    ['a rule id', { rules: ['a b'] }, 'exclusions.0.rules.0', 'rule id'],
    ['a category', { categories: ['nonsense'] }, 'exclusions.0.categories.0', ''],
    ['a misspelt field', { rules: ['1'], target: ['ARGS'] }, 'exclusions.0.target', ''],
    ['an id', { id: 'Not Good', rules: ['1'] }, 'exclusions.0.id', 'lower-case'],
  ])('%s', (_, parts, path, message) => {
    const parsed = parsePolicy({ ...defaultPolicy({}), ...excluding(parts) });
    expect(parsed.ok ? [] : parsed.problems.filter((problem) => problem.path === path)).toHaveLength(1);
    expect(parsed.ok ? '' : parsed.problems.find((problem) => problem.path === path)?.message).toContain(message);
  });

  test('exclusions that share an id', () => {
    const exclusions = [1, 2].map(() => ({ id: 'one', reason: 'r', rules: ['1'] }));
    const parsed = parsePolicy({ ...defaultPolicy({}), exclusions });
    expect(parsed).toMatchObject({ ok: false, problems: [{ path: 'exclusions' }] });
  });
});

test('names of any bytes are looked at in linear time, and never throw', () => {
  const read = readTarget('ARGS:/^(a+)+$/');
  if (!read.ok) throw new Error('refused');
  expect(read.value.isMeant?.(`${'a'.repeat(100_000)}!`)).toBe(false);
  const targets = ['ARGS:/[^a-z]{2}/', 'ARGS:json.[].x', 'ARGS:é', 'ARGS'].map(readTarget);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (name) => {
      for (const target of targets) if (target.ok) target.value.isMeant?.(name);
    }),
  );
});

test('any text is either a target or refused with a reason', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ maxLength: 40 }).map((pattern) => `ARGS:/${pattern}/`),
    fc.string({ maxLength: 40 }).map((name) => `ARGS:[]${name}`),
  );
  fc.assert(
    fc.property(text, (target) => {
      const read = readTarget(target);
      if (!read.ok) expect(read.problems[0]?.message).not.toBe('');
    }),
  );
});
