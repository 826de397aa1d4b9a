import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detectSqli, SQLI_TRIGGERS } from '../../../../src/edge/waf/detect/detect-sqli.ts';
import { countReads } from '../../../support/node/count-reads.ts';
import { rowsOf, vectorsOf } from '../../../support/node/libinjection.ts';

const PIECES = [
  "'",
  '"',
  '`',
  '(',
  ')',
  ',',
  ';',
  '--',
  '#',
  '/*',
  '*/',
  '/*!',
  '1',
  'a',
  ' ',
  '\n',
  '=',
  '+',
  '||',
  '\\',
  '@',
  '$a$',
  '{',
  '[',
  "x'",
  ' or ',
  ' and ',
  ' union ',
  'select ',
  ' from ',
  ' where ',
  'case when ',
  ' in ',
  ' like ',
  'sleep(',
  ' order by ',
  ' exec ',
  ' as ',
];

describe('SQL that goes on after the value is found', () => {
  test.each([
    // out of a string
    "' or 1=1--",
    "admin'-- and some more words, so many that it is long",
    "' or 'a'='a",
    "admin'--",
    "admin' #",
    "x') or ('1'='1",
    '" or "1"="1',
    "'||(select password from users)||'",
    "1' and sleep(5)--",
    "x' AND email IS NULL; --",
    "'; drop table users",
    "'; exec xp_cmdshell 'dir'",
    "'+sleep(5)+'",
    "1'/**/or/**/1=1#",
    // out of a number
    '1 or 1=1',
    '-1 union select 1,2,3',
    '1 UNION ALL SELECT password FROM users',
    '1) or (1=1',
    '1 order by 10',
    '1 and 1=(select 1)',
    "1; waitfor delay '0:0:5'",
    '1/**/union/**/select/**/1',
    '1 /*!50000union*/ /*!50000select*/ 1',
    '1 into outfile "/tmp/x"',
    // whole
    'sleep(20)',
    'union all select @@version--',
    'if(now()=sysdate(),sleep(6),0)',
    'select * from users where id = 1',
    'or 1=1',
    '(select(0)from(select(sleep(5)))v)',
  ])('%s', (text) => {
    expect(detectSqli(text)).not.toBeNull();
  });
});

describe('honest text is left alone', () => {
  test.each([
    // names, measures, prices
    "O'Brien",
    "Jack-o'-lantern",
    "the dogs' and cats' food",
    '5\'10" tall',
    '14" x 18" or 20"',
    '80% ACRYLIC AND 20% WOOL',
    '1 or 2',
    '8 OR 9 WLV',
    '1950 UNION MADE',
    '2-3/4 inch',
    '1/4"-1/2" wide ribbon',
    '(917) 666-0987',
    'C# or F#',
    '#1 mom',
    '7 for all mankind',
    'R&D; Sales',
    // prose
    "It's 5 or 6, isn't it?",
    "I'd select a colour from the list",
    'select a size from the list below',
    'Please (select one) and go on',
    'the union selected a few friends from us',
    "O' UNION selected a few friends",
    'drop table service',
    'update your set of keys',
    'delete from cart',
    'having fun and liking it',
    'create user manual',
    "He said 'no' -- and left",
    '"this" and "that"',
    'a; b; c -- d',
    'insert coin into slot',
    'if x and y then z',
    'order by phone',
    '10 -- the best',
    'union select',
    // code and data
    '{"a": "b", "and": 1}',
    "{'or': 1}",
    "const a = 'x' + b + 'y';",
    'x == 1 || y == 2',
    'a && b',
    'for (i = 0; i < 10; i++)',
    "DB::insert('insert into users (id) values (?)', [1])",
    "knex.raw('SELECT * FROM users WHERE id = ?', [1])",
    "'use strict';\nvar x = require('y');",
    "run('--yes', '--output')",
    "'--output', $data",
    'exec(str: any): {',
    '(0xF900 <= code && code <= 0xFAFF) ||',
    'print "a"; print "b";',
    'await sleep(1000); // ms',
    '/*! normalize.css v8 */',
    'text/*;q=0.8, image/*',
    '# Title\n\n- item -- note',
    '```sql\nSELECT 1\n```',
    'a -> b',
    'SELECT name FROM users',
    'git commit -m "fix: a or b" --amend',
    '1-755-483--2195-2191--',
    '1;2;3',
    'x=1&y=2',
    'C:\\dir\\file',
    '*.js',
    '@user and @other',
    '$user->where("a", "=", 1)',
    'https://example.com/?a=1&b=2#top',
    "path = 'a/b' # comment",
    '',
    ' ',
    "'",
    '"',
    '--',
    '/*',
  ])('%s', (text) => {
    expect(detectSqli(text)).toBeNull();
  });
});

test('the answer shows how the text was read up to the proof, a letter for each token', () => {
  expect(detectSqli("x' or 1=1--")).toBe('s&1o1');
  expect(detectSqli('1 union select 2,3')).toBe('1UE1');
});

test('padding hides nothing: not values, not parentheses, not comments', () => {
  expect(detectSqli(`1${'+1'.repeat(500)} or 1=1`)).not.toBeNull();
  expect(detectSqli(`1 or ${'('.repeat(200)}1=1`)).not.toBeNull();
  expect(detectSqli(`1${'/**/'.repeat(500)}or 1=1`)).not.toBeNull();
  expect(detectSqli(`${'a '.repeat(500)}' or 1=1--`)).not.toBeNull();
});

test('any text is answered, and without a trigger by null', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      const answer = detectSqli(text);
      if (answer === null) return;
      expect(answer).toMatch(/^.{1,16}$/);
      expect(SQLI_TRIGGERS.some((trigger) => text.includes(trigger))).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

/** Six readings at most: three places to begin, two flavours of comments; each looks at a character a few times. */
const READS_PER_BYTE = 40;

test.each(PIECES.flatMap((piece) => [piece, `1${piece}`, `${piece} `, `${piece}'`]))(
  'the work is linear in the text: %j, over and over',
  (piece) => {
    for (const start of ['', "'", '"', '1 ']) {
      const text = start + piece.repeat(16384 / piece.length);
      const reads = countReads(() => detectSqli(text));
      expect(reads).toBeLessThan(READS_PER_BYTE * text.length);
    }
  },
);

const vectors = vectorsOf('sqli');

test.skipIf(vectors.length === 0)(
  'verdicts agree with libinjection in 95 of 100 vectors (shared; skipped where they are not at hand)',
  () => {
    const agreeing = vectors.filter(({ input, expected }) => (detectSqli(input) !== null) === (expected !== ''));
    expect(agreeing.length / vectors.length).toBeGreaterThanOrEqual(0.95);
  },
);

const honest = rowsOf('libinjection-false_positives', ['benign-hard-text'], 'sqli');

test.skipIf(honest.length === 0)(
  'of what libinjection collects as its false positives, at most 1 in 100 is found; it finds 20 of 397 (skipped without the corpus)',
  () => {
    const found = honest.filter((values) => values.some((value) => detectSqli(value) !== null));
    expect(found.length).toBeLessThan(honest.length / 100);
  },
);

const attacks = rowsOf('libinjection/sqli', ['sqli'], 'sqli');

test.skipIf(attacks.length === 0)('of its attacks, 9 in 10 are found (skipped without the corpus)', () => {
  const found = attacks.filter((values) => values.some((value) => detectSqli(value) !== null));
  expect(found.length / attacks.length).toBeGreaterThan(0.9);
});
