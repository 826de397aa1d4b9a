import { describe, expect, it } from 'vitest';
import type { SecSelection } from '../../../rules/seclang/ast.ts';
import { draftRules, type ImportSource } from '../../../rules/seclang/draft-rules.ts';
import { finish } from '../../../rules/seclang/finish.ts';
import { importSecLang } from '../../../rules/seclang/import-seclang.ts';
import type { Rule } from '../../../rules/schema.ts';
import { readDataFile, RuleFiles } from '../../../scripts/import-rules/read-files.ts';
import { seededRandom } from '../../../model/random.ts';
import { compileRuleset, type CompiledRuleset } from '../../../src/edge/waf/compile.ts';
import { prepareRuleset } from '../../../src/edge/waf/prepare-ruleset.ts';
import { buildRequestView, type RequestParts } from '../../../src/edge/waf/request-view.ts';
import { Transaction } from '../../../src/edge/waf/transaction.ts';
import { crsCopies } from '../../support/node/crs.ts';

/** What rules look for, and what they do not: enough for most of a request's ways through CRS. */
const TEXTS = [
  'orange',
  "1' UNION SELECT password FROM users--",
  'sleep(5)',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '../../../etc/passwd',
  '; cat /etc/passwd',
  '$(id)',
  'http://192.0.2.1/shell.txt?',
  '<?php phpinfo(); ?>',
  'java.lang.Runtime',
  '${jndi:ldap://192.0.2.1/a}',
  '%uff1c%00',
  'a=b\r\nSet-Cookie: x',
  '{{7*7}}',
  'O:8:"stdClass":0:{}',
  '\u00ff\u0001',
  'x'.repeat(500),
];
const PATHS = ['/', '/index.php', '/a.bak', '/admin/.git/config', '/wp-login.php', '/doc.pdf'];
const METHODS = ['GET', 'POST', 'PUT', 'OPTIONS', 'TRACE'];
const AGENTS = ['Mozilla/5.0', 'sqlmap/1.7', ''];
const TYPES = [
  'application/x-www-form-urlencoded',
  'application/json',
  'text/xml',
  'multipart/form-data; boundary=b',
  'application/x-unknown',
  'text/plain; charset=utf-7',
];
const RESPONSES = [
  '<html>fine</html>',
  'You have an error in your SQL syntax;',
  '<title>Index of /a</title>',
  '#!/bin/sh',
].map((text) => new TextEncoder().encode(text));
const REQUESTS = 400;

function drawRequest(random: () => number): RequestParts {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const method = pick(METHODS);
  const type = pick(TYPES);
  const text = pick(TEXTS);
  const headers = new Map([
    ['host', random() < 0.9 ? 'localhost' : '192.0.2.7'],
    ['user-agent', pick(AGENTS)],
    ['cookie', `a=${pick(TEXTS).slice(0, 30)}; _pk_ref.1=${pick(TEXTS).slice(0, 30)}`],
  ]);
  if (random() < 0.8) headers.set('accept', '*/*');
  if (random() < 0.2) headers.set('referer', pick(TEXTS));
  if (random() < 0.2) headers.set('range', 'bytes=5-1,2-3,4-5,6-7,8-9,10-11,12-13');
  const bodies: Readonly<Record<string, string>> = {
    'application/json': JSON.stringify({ a: text, b: [pick(TEXTS)] }),
    'text/xml': `<a b="${text.replaceAll(/[<"&]/g, '')}">${text.replaceAll(/[<&]/g, '')}</a>`,
    'multipart/form-data; boundary=b': `--b\r\nContent-Disposition: form-data; name="f"; filename="${pick(TEXTS).slice(0, 20)}"\r\nContent-Type: text/plain\r\n\r\n${text}\r\n--b--\r\n`,
  };
  const body = method === 'GET' ? null : new TextEncoder().encode(bodies[type] ?? `a=${encodeURIComponent(text)}&b=1`);
  if (body !== null) {
    headers.set('content-type', type);
    headers.set('content-length', String(body.length));
  }
  return {
    method,
    url: `http://localhost${pick(PATHS)}${random() < 0.7 ? `?q=${encodeURIComponent(pick(TEXTS))}` : ''}`,
    headers,
    body,
    bodyTruncated: false,
    remoteAddress: random() < 0.1 ? '127.0.0.1' : '198.51.100.7',
    uniqueId: String(random()),
  };
}

/** What a ruleset tells of a request and its answer, and whether it refuses. */
function outcome(compiled: CompiledRuleset, request: RequestParts, response: Uint8Array): readonly string[] {
  const transaction = new Transaction(compiled, buildRequestView(request));
  transaction.request();
  const headers: [string, string][] = [['content-type', 'text/html']];
  transaction.respond({ status: 200, headers, body: response });
  transaction.finish();
  const { matches, blocking } = transaction.result;
  return [...matches.map(({ id, location }) => `${id} ${location}`), blocking ? 'refused' : 'passed'];
}

function compile(rules: readonly Rule[], rest: object = {}): CompiledRuleset {
  return compileRuleset(prepareRuleset({ name: 'crs', version: '1', rules: [...rules], ...rest }));
}

const copies = crsCopies();

describe.skipIf(copies.length === 0)('OWASP CRS (needs modsecurity-crs or EDGESHIELD_CRS)', () => {
  it.each(copies)(
    '$name: what is decided at import changes nothing for any request',
    ({ rules, setup }) => {
      const files = new RuleFiles();
      const source: ImportSource = {
        setup: files.readFile(setup),
        rules: files.readRules(rules),
        readData: readDataFile,
      };
      // 920480 of CRS 3.3 has a variable in its pattern: only what is decided can run.
      const exclude: SecSelection = { by: 'id', ranges: [[920480, 920480]] };
      const options = { name: 'crs', paranoia: 2, exclude } as const;
      const written = finish(
        draftRules(source, options).entries.filter(
          (entry) => entry.kind === 'marker' || entry.draft.faults.length === 0,
        ),
      );
      const imported = importSecLang(source, options);
      if (!imported.ok) throw new Error(JSON.stringify(imported.problems));
      const { ruleset } = imported.value;
      expect(ruleset.rules.length).toBeLessThan(written.rules.length * 0.7);
      const undecided = compile(written.rules, { markers: written.markers });
      const decided = compile(ruleset.rules, ruleset);
      const random = seededRandom(20_261_123);
      let told = 0;
      for (let n = 0; n < REQUESTS; n++) {
        const request = drawRequest(random);
        const response = RESPONSES[n % RESPONSES.length]!;
        const expected = outcome(undecided, request, response);
        expect([n, ...outcome(decided, request, response)]).toEqual([n, ...expected]);
        told += expected.length - 1;
      }
      expect(told).toBeGreaterThan(REQUESTS);
    },
    120_000,
  );
});
