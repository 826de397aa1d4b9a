import { describe, expect, test } from 'vitest';
import type { Collection, Rule } from '../../../rules/schema.ts';
import type { RequestParts } from '../../../src/edge/waf/request-view.ts';
import { hold, rulesetOf } from '../../support/node/engine.ts';

const GET: RequestParts = {
  method: 'GET',
  url: 'https://www.example.com:8443/a/b%20c.php?q=1&r=x+y',
  headers: [
    ['host', 'www.example.com:8443'],
    ['cookie', 'sid=1; theme=dark'],
    ['x-empty', ''],
  ],
  body: null,
  bodyTruncated: false,
  protocol: 'HTTP/2',
  target: 'https://www.example.com/a/b%20c.php?q=1&r=x+y#part',
  remoteAddress: '192.0.2.1',
  uniqueId: 'id-1',
  country: 'IE',
};
const post = (type: string, body: string): RequestParts => ({
  ...GET,
  method: 'POST',
  headers: [['content-type', type]],
  body: new TextEncoder().encode(body),
});

/** What a rule sees in a variable: what it sets in TX from each value that it matches. */
function read(request: RequestParts, collection: Collection, selector?: string, phase: Rule['phase'] = 2): unknown {
  const values = {
    phase,
    targets: [{ collection, ...(selector !== undefined && { selector }) }],
    operator: { name: 'unconditionalMatch' as const },
    action: 'pass' as const,
    assignments: [
      {
        variable: 'seen',
        operation: 'set' as const,
        value: [{ collection: 'TX' as const, selector: 'seen' }, '|', { collection: 'MATCHED_VAR' as const }],
      },
    ],
  };
  const seen = hold(rulesetOf([values]), request).readTx('seen');
  return typeof seen === 'string' ? seen.slice(1) : seen;
}

test.each<[Collection, string | undefined, string | undefined]>([
  ['REQUEST_METHOD', undefined, 'GET'],
  ['REQUEST_URI', undefined, '/a/b%20c.php?q=1&r=x+y'],
  ['REQUEST_URI_RAW', undefined, 'https://www.example.com/a/b%20c.php?q=1&r=x+y#part'],
  ['REQUEST_LINE', undefined, 'GET https://www.example.com/a/b%20c.php?q=1&r=x+y#part HTTP/2'],
  ['REQUEST_PROTOCOL', undefined, 'HTTP/2'],
  ['REQUEST_FILENAME', undefined, '/a/b c.php'],
  ['REQUEST_BASENAME', undefined, 'b c.php'],
  ['QUERY_STRING', undefined, 'q=1&r=x+y'],
  ['ARGS', undefined, '1|x y'],
  ['ARGS_GET', 'R', 'x y'],
  ['ARGS_NAMES', undefined, 'q|r'],
  ['ARGS_POST', undefined, undefined],
  ['REQUEST_COOKIES', undefined, '1|dark'],
  ['REQUEST_COOKIES_NAMES', undefined, 'sid|theme'],
  ['REQUEST_HEADERS', 'X-Empty', ''],
  ['REQUEST_HEADERS_NAMES', undefined, 'host|cookie|x-empty'],
  ['REMOTE_ADDR', undefined, '192.0.2.1'],
  ['SERVER_NAME', undefined, 'www.example.com'],
  ['UNIQUE_ID', undefined, 'id-1'],
  ['DURATION', undefined, '0'],
  ['GEO', 'COUNTRY_CODE', 'IE'],
  ['GEO', 'city', undefined],
  ['REQBODY_PROCESSOR', undefined, ''],
  ['REQUEST_BODY', undefined, undefined],
  ['REQUEST_BODY_LENGTH', undefined, '0'],
  ['ARGS_COMBINED_SIZE', undefined, '6'],
])('%s:%s of a GET is %j', (collection, selector, expected) => {
  expect(read(GET, collection, selector)).toBe(expected);
});

const part = (head: string, content: string) => `--XX\r\n${head}\r\n\r\n${content}\r\n`;

describe('of a body', () => {
  const form = post('application/x-www-form-urlencoded', 'a=1&b=%32');
  const json = post('application/json', '{"a":{"b":["x"]}}');
  const xml = post('text/xml', '<a b="c">d</a>');
  const boundary = 'multipart/form-data; boundary=XX';
  const file = part('Content-Disposition: form-data; name="f"; filename="x.php"', 'bytes');
  const multipart = post(boundary, `${part('Content-Disposition: form-data; name="t"', 'v')}${file}--XX--\r\n`);

  test.each<[string, RequestParts, Collection, string | undefined]>([
    ['form', form, 'REQUEST_BODY', 'a=1&b=%32'],
    ['form', form, 'REQBODY_PROCESSOR', 'URLENCODED'],
    ['form', form, 'ARGS_POST', '1|2'],
    ['form', form, 'ARGS_COMBINED_SIZE', '10'],
    ['JSON', json, 'REQUEST_BODY', undefined],
    ['JSON', json, 'REQBODY_PROCESSOR', 'JSON'],
    ['JSON', json, 'REQBODY_ERROR', '0'],
    ['broken JSON', post('application/json', '{"a":'), 'REQBODY_ERROR', '1'],
    ['XML', xml, 'XML', 'c|d'],
    ['XML', xml, 'REQBODY_PROCESSOR', 'XML'],
    ['text', post('text/plain', 'hello'), 'REQUEST_BODY', 'hello'],
    ['text', post('text/plain', 'hello'), 'REQUEST_BODY_LENGTH', '5'],
    ['multipart', multipart, 'FILES', 'x.php'],
    ['multipart', multipart, 'FILES_NAMES', 'f'],
    ['multipart', multipart, 'FILES_TMP_CONTENT', 'bytes'],
    ['multipart', multipart, 'FILES_COMBINED_SIZE', '5'],
    ['multipart', multipart, 'MULTIPART_STRICT_ERROR', '0'],
    ['multipart', multipart, 'MULTIPART_UNMATCHED_BOUNDARY', '0'],
    ['multipart without an end', post(boundary, file), 'MULTIPART_STRICT_ERROR', '1'],
    ['multipart with a foreign boundary', post(boundary, `${file}--YY\r\n--XX--`), 'MULTIPART_UNMATCHED_BOUNDARY', '1'],
  ])('%s', (_, request, collection, expected) => {
    expect(read(request, collection)).toBe(expected);
  });

  test('nothing is seen in phase 1', () => {
    expect(read(form, 'ARGS', undefined, 1)).toBe('1|x y');
    expect(read(form, 'ARGS_COMBINED_SIZE', undefined, 1)).toBe('6');
    expect(read(form, 'REQUEST_BODY', undefined, 1)).toBeUndefined();
  });
});
