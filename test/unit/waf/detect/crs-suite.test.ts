import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildRequest } from '../../../../scripts/conformance/build-request.ts';
import { parseTestFile } from '../../../../scripts/conformance/ftw-test.ts';
import { readRequest } from '../../../../scripts/conformance/read-request.ts';
import { detectSqli } from '../../../../src/edge/waf/detect/detect-sqli.ts';
import { detectXss } from '../../../../src/edge/waf/detect/detect-xss.ts';
import { decoded, inspected, SHARED } from '../../../support/node/libinjection.ts';

const SQLI = 'REQUEST-942-APPLICATION-ATTACK-SQLI';
const XSS = 'REQUEST-941-APPLICATION-ATTACK-XSS';

/** The rules of CRS that are `@detectSQLi` or `@detectXSS` and nothing else. */
const RULES = [
  { id: '942100', group: SQLI, kind: 'sqli', detect: detectSqli },
  { id: '942101', group: SQLI, kind: 'sqli', detect: detectSqli },
  { id: '941100', group: XSS, kind: 'xss', detect: detectXss },
  { id: '941101', group: XSS, kind: 'xss', detect: detectXss },
] as const;

describe.each(['3.3.4', '4.28.0'])('what the suite of CRS %s says is an attack', (version) => {
  const folder = join(SHARED, 'crs', version, 'tests');

  test.skipIf(!existsSync(folder)).each(RULES)(
    'is found: $id (skipped where the suite is not at hand)',
    ({ id, group, kind, detect }) => {
      const suite = parseTestFile(readFileSync(join(folder, group, `${id}.yaml`), 'utf8'), id, group);
      if (!suite.ok) throw new Error(JSON.stringify(suite.problems));
      const attacks = suite.value.flatMap(({ id: name, stages }) =>
        stages
          .filter(({ expected }) => expected.expectIds.includes(id) || expected.matches?.source.includes(id) === true)
          .map(({ input }) => ({ name, input })),
      );
      const missed = attacks.filter(({ input }) => {
        const { method, target, headers, body } = readRequest(buildRequest(input));
        const byName = headers.map(([name, value]) => [name.toLowerCase(), value] as const);
        const parts = { method, url: `http://localhost${target}`, headers: byName, body, bodyTruncated: false };
        return inspected(parts).every((text) => detect(decoded(text, kind)) === null);
      });
      expect(attacks.length).toBeGreaterThan(0);
      expect(missed.map(({ name }) => name)).toEqual([]);
    },
  );
});
