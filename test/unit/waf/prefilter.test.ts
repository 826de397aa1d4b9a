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
import { buildRequestView, type RequestView } from '../../../src/edge/waf/request-view.ts';
import { openGates } from '../../support/node/open-gates.ts';

const parsed = parseRuleset(core);
if (!parsed.ok) throw new Error('the built-in ruleset does not parse');
const ruleset: Ruleset = parsed.value;
const prepared = prepareRuleset(ruleset);
const compiled = compileRuleset(prepared);

const plain = compileRuleset(openGates(prepared));

const agree = (view: RequestView) => {
  expect(evaluate(compiled, view)).toEqual(evaluate(plain, view));
};

describe('the prefilter changes nothing but the time', () => {
  const file = join(
    process.env['EDGESHIELD_SHARED'] ?? join(import.meta.dirname, '../../../../shared'),
    'corpora/dev.jsonl.gz',
  );

  test.skipIf(!existsSync(file))('on every ninth row of the dev corpus (skipped where it is not at hand)', () => {
    const rows = gunzipSync(readFileSync(file)).toString().trim().split('\n');
    for (const [index, line] of rows.entries()) {
      if (index % 9 !== 0) continue;
      const row = JSON.parse(line) as { method: string; path: string; headers: Record<string, string>; body?: string };
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
  });

  test('on values made of the pieces that attacks are made of', () => {
    const piece = fc.constantFrom(
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
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), fc.boolean(), (pieces, inHeader) => {
        const text = pieces.join('');
        const url = inHeader ? 'https://e.com/' : `https://e.com/?q=${encodeURIComponent(text)}`;
        agree(
          buildRequestView({
            method: 'GET',
            url,
            headers: inHeader
              ? [
                  ['referer', text],
                  ['cookie', `a=${text}`],
                  ['accept', text],
                ]
              : [],
            body: null,
            bodyTruncated: false,
          }),
        );
      }),
      { numRuns: 1500 },
    );
  });
});

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
