import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRuleset, type Ruleset } from '../../../rules/schema.ts';
import core from '../../../rules/owasp-core.json' with { type: 'json' };
import { compileRuleset } from '../../../src/edge/waf/compile.ts';
import { prepareRuleset } from '../../../src/edge/waf/prepare-ruleset.ts';
import { evaluate } from '../../../src/edge/waf/evaluate.ts';
import { requireLiterals } from '../../../src/edge/waf/regex/required-literals.ts';
import { readPattern } from '../../../src/edge/waf/regex/read-pattern.ts';
import { buildRequestView, type RequestParts, type RequestView } from '../../../src/edge/waf/request-view.ts';
import { crsCopies } from '../../support/node/crs.ts';
import { importCrs } from '../../support/node/import-crs.ts';
import { openGates } from '../../support/node/open-gates.ts';

const parsed = parseRuleset(core);
if (!parsed.ok) throw new Error('the built-in ruleset does not parse');
const builtIn: Ruleset = parsed.value;

/** Rows of the corpus that are skipped between two: CRS without a prefilter takes its time. */
const subjects: readonly { name: string; load: () => Ruleset; every: number; runs: number }[] = [
  { name: 'the built-in rules', load: () => builtIn, every: 9, runs: 1500 },
  ...crsCopies().map((copy) => ({ name: copy.name, load: () => importCrs(copy, 4), every: 61, runs: 800 })),
];

const corpus = join(
  process.env['EDGESHIELD_SHARED'] ?? join(import.meta.dirname, '../../../../shared'),
  'corpora/dev.jsonl.gz',
);

describe.each(subjects)('the prefilter changes nothing but the time, with $name', ({ load, every, runs }) => {
  const prepared = prepareRuleset(load());
  const compiled = compileRuleset(prepared);
  const plain = compileRuleset(openGates(prepared));
  // Without a prefilter the work may exceed its budget; what was told by then must agree.
  const agree = (view: RequestView) => {
    const expected = evaluate(plain, view);
    if (expected.incomplete !== true) expect(evaluate(compiled, view)).toEqual(expected);
  };

  test.skipIf(!existsSync(corpus))(
    'on rows of the dev corpus (skipped where it is not at hand)',
    () => {
      const rows = gunzipSync(readFileSync(corpus)).toString().trim().split('\n');
      for (const [index, line] of rows.entries()) {
        if (index % every !== 0) continue;
        const row = JSON.parse(line) as {
          method: string;
          path: string;
          headers: Record<string, string>;
          body?: string;
        };
        agree(
          buildRequestView({
            method: row.method,
            url: `https://e.com${row.path}`,
            headers: Object.entries(row.headers),
            body: row.body === undefined ? null : new TextEncoder().encode(row.body),
            bodyTruncated: false,
          }),
        );
      }
    },
    120_000,
  );

  test('on values made of the pieces that attacks are made of, and of what the rules look for', () => {
    const literals = prepared.prepared.literals.flat();
    const sought = fc.nat(literals.length - 1).map((index) => literals[index]!);
    const piece = fc.oneof(fc.constantFrom(...PIECES), sought);
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }),
        fc.constantFrom('query', 'header', 'form', 'json'),
        (pieces, place) => {
          const text = pieces.join('');
          agree(buildRequestView(requestWith(text, place)));
        },
      ),
      { numRuns: runs },
    );
  }, 120_000);
});

function requestWith(text: string, place: string): RequestParts {
  const url =
    place === 'query'
      ? `https://e.com/a/${escapeBytes(text)}?q=${escapeBytes(text)}&${escapeBytes(text)}`
      : 'https://e.com/';
  const type = place === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  const body = place === 'json' ? JSON.stringify({ a: [text], [text]: 1 }) : `a=${escapeBytes(text)}&b=${text}`;
  const hasBody = place === 'json' || place === 'form';
  return {
    method: hasBody ? 'POST' : 'GET',
    url,
    headers: [
      ...(place === 'header' ? HEADERS.map((name): [string, string] => [name, text]) : []),
      ...(hasBody ? [['content-type', type] as const] : []),
    ],
    body: hasBody ? new TextEncoder().encode(body) : null,
    bodyTruncated: false,
  };
}

/** Every byte, whether it needs to be or not. */
function escapeBytes(text: string): string {
  return Array.from({ length: text.length }, (_, at) => `%${text.charCodeAt(at).toString(16).padStart(2, '0')}`).join(
    '',
  );
}

const HEADERS = ['referer', 'user-agent', 'cookie', 'accept', 'range', 'x-filename'];

const PIECES = [
  "'",
  '"',
  ' or ',
  '1=1',
  '--',
  'UNION',
  ' ',
  '/**/',
  'select ',
  'null',
  '<',
  'ScRiPt',
  '>',
  'alert(',
  ' onerror=',
  '%3c',
  '%u003c',
  '&lt;',
  '\\x3c',
  '../',
  '..\\',
  'etc/passwd',
  ';',
  '|',
  'cat ',
  '`id`',
  '$(',
  'java',
  '\t',
  'script:',
  'http://',
  '127.0.0.1',
  '{{',
  '7*7',
  '}}',
  '\n',
  '%00',
  'PHNjcmlwdD4=',
  '\u00e9',
];

test('required literals are in every text that a pattern matches', () => {
  // Patterns and texts over a small alphabet, so that matches are frequent.
  const atom = fc.constantFrom('a', 'b', '[ab]', '.', 'ab', '(?:a|bb)', '(?:ab|-)', '\\b', '-', '=');
  const source = fc
    .array(fc.tuple(atom, fc.constantFrom('', '', '?', '*', '+', '{2}', '{1,3}')), { minLength: 1, maxLength: 6 })
    .map((parts) => parts.map(([one, count]) => (one === '\\b' || count === '' ? one : `(?:${one})${count}`)).join(''));
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '-', '='), maxLength: 12 });
  fc.assert(
    fc.property(source, text, (pattern, input) => {
      const read = readPattern(pattern, true);
      if (!read.ok || !new RegExp(pattern, 'is').test(input)) return;
      for (const anyOf of requireLiterals(read.pattern)) {
        expect(anyOf.some((literal) => input.toLowerCase().includes(literal))).toBe(true);
      }
    }),
    { numRuns: 5000 },
  );
});
