import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildRequestView, DEFAULT_VIEW_LIMITS, type RequestView } from '../../../src/edge/waf/request-view.ts';
import { decodePrintable } from '../../../src/edge/waf/reveal-values.ts';

const base64 = (text: string, encoding: 'base64' | 'base64url' = 'base64') =>
  Buffer.from(text, 'latin1').toString(encoding);
const get = (path: string, headers: Record<string, string> = {}) => view({ path, headers });

interface Parts {
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly type?: string;
}

function view({ path = '/', headers = {}, body, type = 'application/x-www-form-urlencoded' }: Parts): RequestView {
  return buildRequestView({
    method: 'POST',
    url: `https://e.com${path}`,
    headers: Object.entries(body === undefined ? headers : { ...headers, 'content-type': type }),
    body: body === undefined ? null : Buffer.from(body, 'latin1'),
    bodyTruncated: false,
  });
}

const revealed = (of: RequestView) =>
  of.values.filter(({ collection }) => collection === 'REVEALED').map(({ name, value }) => `${name}=${value}`);

describe('what values say under further layers', () => {
  const attack = '<script>alert(1)</script>';

  test.each<[string, Parts, string]>([
    ['an argument', { path: `/?q=${encodeURIComponent(base64(attack))}` }, `q=${attack}`],
    ['the URL alphabet', { path: `/?q=${base64('<script>??>>~~~', 'base64url')}` }, 'q=<script>??>>~~~'],
    ['a missing padding', { path: `/?q=${base64(attack).replaceAll('=', '')}` }, `q=${attack}`],
    ['a form field', { body: `q=${encodeURIComponent(base64(attack))}` }, `q=${attack}`],
    ['a JSON value', { body: JSON.stringify({ q: base64(attack) }), type: 'application/json' }, `json.q=${attack}`],
    ['a body whole', { body: base64(attack), type: 'text/plain' }, `=${attack}`],
    ['an XML text', { body: `<a>${base64(attack)}</a>`, type: 'text/xml' }, `/*=${attack}`],
    ['a cookie', { headers: { cookie: `sid=${base64(attack)}` } }, `sid=${attack}`],
    ['a header', { headers: { 'x-data': base64(attack) } }, `x-data=${attack}`],
    ['a segment of the path', { path: `/a/${base64(attack)}/b` }, `=${attack}`],
    ['base64 within base64', { path: `/?q=${base64(base64(attack))}` }, `q=${attack}`],
    ['escapes within base64', { path: `/?q=${base64('%3Cscript%3Ealert')}` }, 'q=<script>alert'],
    [
      'base64 broken into lines',
      { body: `q=${base64(attack.repeat(4)).replace(/.{64}/g, '$&%0D%0A')}` },
      `q=${attack.repeat(4)}`,
    ],
    ['escapes thrice', { path: '/?q=%252525253Cscript%252525253E' }, 'q=<script>'],
    ['escapes of JavaScript', { path: '/?q=\\u003cscript\\u003ealert' }, 'q=<script>alert'],
    ['characters by number', { path: '/?q=%26%23x3c%3Bscript%26%2362%3B' }, 'q=<script>'],
    ['a string in JSON within a value', { body: `data=${encodeURIComponent('{"id": "1 or 1=1"}')}` }, 'data=1 or 1=1'],
    [
      'a string in a GraphQL query',
      { body: JSON.stringify({ query: 'query A { user(name: "a\\" or 1") { x } }' }), type: 'application/json' },
      'json.query=a" or 1',
    ],
    [
      'base64 in a string in JSON within a value',
      { body: `d=${encodeURIComponent(`["${base64(attack)}"]`)}` },
      `d=${attack}`,
    ],
    ['arguments of one name', { path: '/?id=1 union/*&x=2&id=*/select 3' }, 'id=1 union/*,*/select 3'],
    [
      'a text that CDATA breaks up',
      { body: '<a><![CDATA[<scr]]><![CDATA[ipt>]]></a>', type: 'text/xml' },
      '/*=<script>',
    ],
    ['a text that a comment breaks up', { body: '<a>uni<!-- -->on select</a>', type: 'text/xml' }, '/*=union select'],
    [
      'text in UTF-8',
      { path: `/?q=${encodeURIComponent(base64('caf\u00c3\u00a9 \u00e2\u0082\u00ac 5'))}` },
      'q=caf\u00c3\u00a9 \u00e2\u0082\u00ac 5',
    ],
  ])('%s', (_, parts, expected) => {
    expect(revealed(view(parts))).toEqual([expected]);
  });

  test.each<[string, Parts]>([
    ['letters that ASCII lacks, as JSON writes them', { path: '/?q=caf\\u00e9+au+lait' }],
    ['code that begins with a word', { path: '/?q=const+a+%3D+%22it%22+%2B+%22is%22' }],
    ['words', { path: '/documentation/introduction?q=internationalization&r=hello+world+and+more' }],
    ['a hexadecimal digest', { path: '/?h=9e107d9d372bb6826bd81d3542a419d6' }],
    ['a UUID', { path: '/?id=123e4567-e89b-12d3-a456-426614174000' }],
    [
      'a JSON web token',
      { headers: { cookie: 'jwt=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' } },
    ],
    ['credentials', { headers: { authorization: base64('user:password and more') } }],
    [
      'an image',
      {
        body: JSON.stringify({
          image: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
        }),
        type: 'application/json',
      },
    ],
    ['one more layer of escapes, which every rule takes off', { path: '/?q=%253Cscript%253E' }],
    ['a text in CDATA as it should be', { body: '<a>\n<![CDATA[x < y]]>\n</a>', type: 'text/xml' }],
  ])('nothing: %s', (_, parts) => {
    expect(revealed(view(parts))).toEqual([]);
  });

  test('ends at its limits, and says so', () => {
    const limits = { ...DEFAULT_VIEW_LIMITS, revealedBytes: 60 };
    const seen = buildRequestView(
      {
        method: 'GET',
        url: `https://e.com/?a=${base64(attack)}&b=${base64(attack)}&c=${base64(attack)}`,
        headers: [],
        body: null,
        bodyTruncated: false,
      },
      limits,
    );
    expect(revealed(seen)).toHaveLength(2);
    expect(seen.truncated).toContain('revealed_bytes');
    const six = Array.from({ length: 6 }).reduce<string>((text) => base64(text), attack);
    expect(revealed(get(`/?q=${encodeURIComponent(six)}`))).toEqual([`q=${base64(base64(attack))}`]);
  });
});

test('base64 of any visible text is read, and random bytes are not', () => {
  const text = fc.string({ unit: fc.constantFrom(...Array.from(' \n<>\'"/abcXYZ0123')), minLength: 9, maxLength: 200 });
  fc.assert(fc.property(text, (plain) => decodePrintable(base64(plain)) === plain));
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 64 });
  fc.assert(
    fc.property(bytes, (random) => decodePrintable(Buffer.from(random).toString('base64')) === null),
    { seed: 1 },
  );
});
