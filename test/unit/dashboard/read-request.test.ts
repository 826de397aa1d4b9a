import { describe, expect, it } from 'vitest';
import { readRequest, writeRequest } from '../../../src/dashboard/views/rules/read-request.ts';

describe('a pasted request', () => {
  it('in HTTP is read with its headers and its body', () => {
    const text = 'POST /login?next=/a HTTP/1.1\r\nHost: shop.test\r\nX-A: 1\r\nX-A: 2\r\n\r\nuser=a\r\n\r\nb';
    expect(readRequest(text)).toEqual({
      ok: true,
      request: {
        method: 'POST',
        path: '/login?next=/a',
        headers: { Host: 'shop.test', 'X-A': '1, 2' },
        body: 'user=a\n\nb',
      },
    });
  });

  it('is written as it is read', () => {
    const request = { method: 'PUT', path: '/a?b=c d', headers: { Host: 'x.test' }, body: '{"a": 1}' };
    expect(readRequest(writeRequest(request))).toEqual({ ok: true, request });
  });

  it('as an address keeps its path as it is spelled', () => {
    expect(readRequest('https://shop.test/a/../%2e%2e/etc?q=<b>')).toEqual({
      ok: true,
      request: { host: 'shop.test', path: '/a/../%2e%2e/etc?q=<b>' },
    });
    expect(readRequest('/search?q=1')).toEqual({ ok: true, request: { path: '/search?q=1' } });
  });

  it('as a curl command is read as a shell would', () => {
    const command = `curl 'https://shop.test/api' \\\n  -H 'Content-Type: application/json' -A "a \\"b\\"" --compressed --data-raw $'{"a":"it\\'s\\u0021"}' -o /dev/null`;
    expect(readRequest(command)).toEqual({
      ok: true,
      request: {
        method: 'POST',
        host: 'shop.test',
        path: '/api',
        headers: { 'Content-Type': 'application/json', 'User-Agent': 'a "b"' },
        body: '{"a":"it\'s!"}',
      },
    });
  });

  it.each(['', 'hello', 'GET nowhere HTTP/1.1', 'GET / HTTP/1.1\nno colon', 'curl -s'])(
    '%j is told to be none',
    (text) => {
      expect(readRequest(text)).toMatchObject({ ok: false });
    },
  );
});
