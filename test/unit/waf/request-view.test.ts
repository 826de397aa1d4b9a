import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  buildRequestView,
  DEFAULT_VIEW_LIMITS,
  type RequestParts,
  type RequestView,
} from '../../../src/edge/waf/request-view.ts';

function view(
  parts: Partial<Omit<RequestParts, 'body'>> & { readonly body?: string; readonly type?: string },
): RequestView {
  return buildRequestView({
    method: 'POST',
    url: 'https://example.com/',
    bodyTruncated: false,
    ...parts,
    headers: [...(parts.headers ?? []), ...(parts.type === undefined ? [] : [['content-type', parts.type] as const])],
    body: parts.body === undefined ? null : new TextEncoder().encode(parts.body),
  });
}

/** `collection:name=value`, of the collections that start with one of the prefixes. */
function list(seen: RequestView, ...prefixes: string[]): string[] {
  return seen.values
    .filter(({ collection }) => prefixes.some((prefix) => collection.startsWith(prefix)))
    .map(({ collection, name, value }) => `${collection}:${name}=${value}`);
}

function countBytes(...texts: string[]): number {
  return texts.reduce((sum, text) => sum + new TextEncoder().encode(text).length, 0);
}

function countViewed(seen: RequestView): number {
  return seen.values.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
}

/** A multipart body with one part, whose content is `v`. */
const part = (...lines: string[]) => `--b\r\n${lines.join('\r\n')}\r\n\r\nv\r\n--b--\r\n`;

describe('the request line and headers', () => {
  test('keep path and query as on the wire and decode file name and arguments once', () => {
    const seen = view({ url: 'https://example.com/a/../%2e%2e/b?q=%2527+x&q=2&flag#part' });
    expect([seen.host, seen.path, seen.query]).toEqual(['example.com', '/a/../%2e%2e/b', 'q=%2527+x&q=2&flag']);
    expect(list(seen, 'ARGS')).toEqual(['ARGS_GET:q=%27 x', 'ARGS_GET:q=2', 'ARGS_GET:flag=']);
    expect(list(seen, 'REQUEST_FILENAME')).toEqual(['REQUEST_FILENAME:=/a/../../b']);
  });

  test('take cookies apart and leave their values undecoded', () => {
    const seen = view({ headers: [['cookie', 'sid=a%27b; theme = dark;; bare']] });
    expect(list(seen, 'REQUEST_COOKIES')).toEqual([
      'REQUEST_COOKIES:sid=a%27b',
      'REQUEST_COOKIES:theme=dark',
      'REQUEST_COOKIES:=bare',
    ]);
  });

  test('are byte strings: characters past a byte become their UTF-8 bytes', () => {
    expect(list(view({ headers: [['x-name', '李']] }), 'REQUEST_HEADERS')).toEqual([
      'REQUEST_HEADERS:x-name=æ\u009d\u008e',
    ]);
  });
});

describe('bodies', () => {
  test('urlencoded: decoded once, in order', () => {
    const seen = view({ type: 'application/x-www-form-urlencoded', body: 'a=1+2&b=%3Cx%3E&&c' });
    expect(list(seen, 'ARGS')).toEqual(['ARGS_POST:a=1 2', 'ARGS_POST:b=<x>', 'ARGS_POST:c=']);
  });

  test('JSON: flattened, escapes decoded to UTF-8 bytes', () => {
    const seen = view({ type: 'application/json', body: '{"a":{"b":["x",1,null,"\\u00e9\\ud83d\\ude00\\n"]},"e":{}}' });
    expect(list(seen, 'ARGS')).toEqual([
      'ARGS_POST:json.a.b.0=x',
      'ARGS_POST:json.a.b.1=1',
      'ARGS_POST:json.a.b.2=null',
      'ARGS_POST:json.a.b.3=\u00c3\u00a9\u00f0\u009f\u0098\u0080\n',
      'ARGS_POST:json.a.b=',
      'ARGS_POST:json.e=',
    ]);
  });

  test.each([
    ['{"a":"<script>', 'json.a=<script>'],
    ['{"a":1,}{"b":"<script>"}', 'json.b=<script>'],
    ['[1,[2,"<script>', 'json.1.1=<script>'],
    ['{a:<script>}', 'json.a=<script>'],
    ['/* c */ ["<script>"]', '<script>'],
    ['{"<script>":{}}', 'json.<script>='],
    ['{"<script>"}', 'json.<script>='],
  ])('JSON %s, broken or cut, still shows what is in it', (body, expected) => {
    expect(list(view({ type: 'application/json', body }), 'ARGS', 'UNPARSED_BODY').join('\n')).toContain(expected);
  });

  test('multipart: fields, file names, contents and part headers', () => {
    const body =
      '--b\r\nContent-Disposition: form-data; name="t"\r\n\r\nhello\r\n' +
      '--b\r\nContent-Disposition: form-data; name="f"; filename="x.php"\r\nContent-Type: image/png\r\n\r\n<?php\r\n--b--\r\n';
    expect(list(view({ type: 'multipart/form-data; boundary="b"', body }), 'ARGS', 'FILES', 'MULTI')).toEqual([
      'MULTIPART_PART_HEADERS:t=Content-Disposition: form-data; name="t"',
      'ARGS_POST:t=hello',
      'MULTIPART_PART_HEADERS:f=Content-Disposition: form-data; name="f"; filename="x.php"',
      'MULTIPART_PART_HEADERS:f=Content-Type: image/png',
      'FILES_TMP_CONTENT:f=<?php',
      'FILES:f=x.php',
    ]);
  });

  test('multipart: a part that only some parsers take for a file is a field as well', () => {
    const field = 'Content-Disposition: form-data; name="q"';
    for (const body of [
      part(`${field}; filename=""`),
      part(`${field}; filename="f"`, field),
      part(field, `${field}; filename="f"`),
    ]) {
      expect(list(view({ type: 'multipart/form-data; boundary=b', body }), 'ARGS')).toEqual(['ARGS_POST:q=v']);
    }
    const file = part(`${field}; filename="f"`);
    expect(list(view({ type: 'multipart/form-data; boundary=b', body: file }), 'ARGS')).toEqual([]);
  });

  test('multipart: base64 is undone', () => {
    const body =
      '--b\r\nContent-Disposition: form-data; name="q"\r\nContent-Transfer-Encoding: base64\r\n\r\naGVs\r\nbG8=\r\n--b--';
    expect(list(view({ type: 'multipart/form-data; boundary=b', body }), 'ARGS')).toContain('ARGS_POST:q=hello');
    const file = body.replace('name="q"', 'name="q"; filename="f"');
    const seen = view({ type: 'multipart/form-data; boundary=b', body: file });
    expect(list(seen, 'ARGS')).toEqual([]);
    expect(list(seen, 'FILES_TMP')).toContain('FILES_TMP_CONTENT:q=hello');
  });

  test.each([
    'multipart/form-data; boundary=b; boundary=c',
    "multipart/form-data; boundary*=us-ascii''c; boundary=b",
    'multipart/form-data; boundary=b, multipart/form-data; boundary="c"',
  ])('multipart: every boundary that a parser may read is tried: %s', (type) => {
    const body =
      '--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' +
      '--c\r\nContent-Disposition: form-data; name="q"\r\n\r\nv\r\n--c--\r\n--b--\r\n';
    expect(list(view({ type, body }), 'ARGS')).toContain('ARGS_POST:q=v');
  });

  test('multipart: a part that is cut off, and bare line feeds', () => {
    const body = '--b\nContent-Disposition: form-data; name=t\n\nhalf a val';
    expect(list(view({ type: 'multipart/form-data; boundary=b', body }), 'ARGS')).toEqual(['ARGS_POST:t=half a val']);
  });

  test('XML: text, attributes, CDATA, comments and document type', () => {
    const body =
      '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a b="1 &lt; 2">t<![CDATA[<i>]]></a>';
    expect(list(view({ type: 'text/xml', body }), 'XML')).toEqual([
      'XML:/processing-instruction()=xml version="1.0"',
      'XML:!DOCTYPE=DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">',
      'XML://@*=1 < 2',
      'XML:/*=t',
      'XML:/*=<i>',
    ]);
  });

  test.each([
    ['text/plain', '{"a":"b"}', 'ARGS_POST:json.a=b'],
    [undefined, '{"a":"b"}', 'ARGS_POST:json.a=b'],
    ['application/octet-stream', 'a=b&c=d', 'ARGS_POST:c=d'],
    ['application/json', 'a=b', 'ARGS_POST:a=b'],
    ['multipart/form-data', '--q\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--q--', 'ARGS_POST:a=b'],
    ['image/png', 'no shape at all', 'UNPARSED_BODY:=no shape at all'],
  ])('of type %s, %j, are inspected in the shape that they have', (type, body, expected) => {
    const seen = view(type === undefined ? { body } : { type, body });
    expect(list(seen, 'ARGS', 'UNPARSED_BODY')).toContain(expected);
  });

  test('with a type that does not fit are inspected whole as well', () => {
    expect(list(view({ type: 'text/plain', body: '<a>x</a>' }), 'UNPARSED_BODY')).toEqual(['UNPARSED_BODY:=<a>x</a>']);
  });
});

describe('limits', () => {
  const surplus = 2200;
  const limit = DEFAULT_VIEW_LIMITS.arguments;

  test.each([
    ['query', { url: `https://e.com/?${'a=1&'.repeat(surplus)}z=%27needle` }],
    ['form', { type: 'application/x-www-form-urlencoded', body: `${'a=1&'.repeat(surplus)}z=%27needle` }],
    ['JSON', { type: 'application/json', body: `[${'1,'.repeat(surplus)}"'needle"]` }],
    ['JSON objects', { type: 'application/json', body: `{${'"a":{},'.repeat(surplus)}"'needle":{"b":1}}` }],
    ['XML', { type: 'text/xml', body: `${'<a>1</a>'.repeat(surplus)}<b>'needle</b>` }],
    ['cookies', { headers: [['cookie', `${'a=1;'.repeat(surplus)}z='needle`] as const] }],
    [
      'multipart',
      {
        type: 'multipart/form-data; boundary=b',
        body: `${'--b\nContent-Disposition: form-data; name=a\n\n1\n'.repeat(surplus)}--b\n\n'needle\n--b--`,
      },
    ],
  ])('%s: past the argument limit the rest is inspected as one value', (_, parts) => {
    const seen = view(parts);
    expect(seen.truncated).toContain('arguments');
    expect(seen.values.length).toBeLessThan(limit + 10);
    const inParts = seen.values.filter(
      ({ collection }) => !/REQUEST_URI|QUERY_STRING|REQUEST_HEADERS/.test(collection),
    );
    expect(inParts.some(({ name, value }) => `${name}=${value}`.includes("'needle"))).toBe(true);
  });

  test('JSON past the depth limit is flattened, not lost', () => {
    const seen = view({ type: 'application/json', body: `${'{"a":['.repeat(500)}"needle"` });
    expect(seen.truncated).toContain('json_depth');
    expect(list(seen, 'ARGS').join()).toContain('needle');
  });

  test('long names are cut, and inspected whole as a value', () => {
    const name = `${'x'.repeat(5000)}needle`;
    const seen = view({ type: 'application/json', body: JSON.stringify({ [name]: { b: 1 } }) });
    expect(seen.truncated).toContain('name_bytes');
    expect(seen.values.every((value) => value.name.length <= DEFAULT_VIEW_LIMITS.nameBytes)).toBe(true);
    expect(seen.values.some(({ value }) => value.includes('needle'))).toBe(true);
  });

  test('bytes past the body and header limits are left out, and the view says so', () => {
    const long = 'x'.repeat(DEFAULT_VIEW_LIMITS.bodyBytes + 1);
    expect(view({ body: long }).truncated).toContain('body_bytes');
    expect(view({ body: 'short', bodyTruncated: true }).truncated).toContain('body_bytes');
    expect(view({ headers: [['x-a', long]] }).truncated).toContain('header_bytes');
  });
});

describe('hostile input', () => {
  /** Pieces of every format, so that generated bodies get deep into the scanners. */
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    '\\u',
    '\\ud800',
    ':',
    ',',
    '<',
    '>',
    '<!',
    '<!--',
    '<![CDATA[',
    ']]>',
    '=',
    '&',
    '%',
    '+',
    ';',
    '--b',
    '--b--',
    '\r\n',
    '\n',
    'Content-Disposition: form-data; name="a"',
    '; filename="',
    "'",
    '/',
    '?',
    '#',
    '\0',
    'é',
    '李',
    'a',
  );
  const text = fc.array(piece, { maxLength: 300 }).map((pieces) => pieces.join(''));
  const type = fc.constantFrom(
    '',
    'application/json',
    'text/xml',
    'multipart/form-data; boundary=b',
    'multipart/x; boundary=',
    'text/plain',
    'application/x-www-form-urlencoded',
  );

  test('never throws, and costs at most a stated number of steps per byte', () => {
    fc.assert(
      fc.property(text, text, text, type, (path, cookie, body, contentType) => {
        const seen = view({ url: `https://e.com/${path}`, headers: [['cookie', cookie]], body, type: contentType });
        expect(seen.steps).toBeLessThanOrEqual(4 * (countBytes(path, cookie, body, contentType) + 50));
        for (const { name, value } of seen.values) expect(/^[\0-\u00ff]*$/.test(name + value)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test.each(
    [
      '{',
      '[',
      '{"a":',
      '"',
      '\\u',
      '<',
      '<!',
      '<!--',
      '<![',
      '<a "',
      '--b\n',
      '--b\n\n',
      '&',
      '%',
      ';',
      '=',
      '\n',
      '{"a":{},',
      '[[],',
    ].flatMap((unit) =>
      ['application/json', 'text/xml', 'multipart/form-data; boundary=b', 'text/plain'].map((t) => [unit, t] as const),
    ),
  )(
    '%j over and over as %s: twice the input is at most a little more than twice the steps and values',
    (unit, contentType) => {
      const steps = (bytes: number) => view({ type: contentType, body: unit.repeat(bytes / unit.length) });
      const small = steps(16_384);
      const large = steps(32_768);
      expect(large.steps).toBeLessThanOrEqual(2.2 * small.steps + 200);
      expect(countViewed(large)).toBeLessThanOrEqual(2.2 * countViewed(small) + 200_000);
    },
  );
});
