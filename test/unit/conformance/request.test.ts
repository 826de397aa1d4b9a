import { describe, expect, test } from 'vitest';
import { buildRequest } from '../../../scripts/conformance/build-request.ts';
import type { StageInput } from '../../../scripts/conformance/ftw-test.ts';
import { readRequest } from '../../../scripts/conformance/read-request.ts';

const GET: StageInput = {
  method: 'GET',
  uri: '/',
  version: 'HTTP/1.1',
  headers: [],
  data: null,
  autocomplete: true,
  tellsEmptiness: true,
  raw: null,
};

function wire(input: Partial<StageInput>): string {
  return buildRequest({ ...GET, ...input }).toString('latin1');
}

describe('the bytes of a test', () => {
  test('are completed with what the test leaves out', () => {
    expect(wire({ headers: [['Host', 'a']] })).toBe('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(wire({ method: 'POST', data: 'a=b c&d=<é>' })).toBe(
      'POST / HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\nContent-Length: 22\r\n\r\na=b+c&d=%3C%C3%A9%3E'.replace(
        '22',
        '20',
      ),
    );
  });

  test('tell of a POST that it has no body, unless the suite is older than that', () => {
    expect(wire({ method: 'POST' })).toContain('\r\nContent-Length: 0\r\n');
    expect(wire({ method: 'POST', tellsEmptiness: false })).not.toContain('Content-Length');
  });

  test('are left as they are where the test forbids completion, or the form is encoded already', () => {
    expect(wire({ method: 'POST', data: 'a=<', autocomplete: false })).toBe('POST / HTTP/1.1\r\n\r\na=<');
    expect(wire({ method: 'POST', data: 'a=%20<' })).toContain('\r\n\r\na=%20<');
  });

  test('have the line ends of multipart in a multipart body', () => {
    const headers = [['Content-Type', 'multipart/form-data; boundary=x']] as const;
    expect(wire({ method: 'POST', headers, data: '--x\r\n\nv\n--x--\n' })).toContain(
      '\r\n\r\n--x\r\n\r\nv\r\n--x--\r\n',
    );
  });

  test('are the test’s own where it gives them', () => {
    expect(wire({ raw: Buffer.from('rubbish') })).toBe('rubbish');
  });
});

describe('bytes read as a request', () => {
  test('give method, target, protocol, headers as often as they came, and body', () => {
    const read = readRequest(Buffer.from('POST /a b?c HTTP/1.1\r\nA: 1\r\na:  2 \r\n more\r\n\r\nbody'));
    expect({ ...read, body: Buffer.from(read.body).toString() }).toEqual({
      method: 'POST',
      target: '/a b?c',
      protocol: 'HTTP/1.1',
      headers: [
        ['A', '1'],
        ['a', '2 more'],
      ],
      body: 'body',
    });
  });

  test('need not be HTTP', () => {
    expect(readRequest(Buffer.from(''))).toMatchObject({ method: '', target: '', protocol: 'HTTP/0.9', headers: [] });
    expect(readRequest(Buffer.from('GET /x'))).toMatchObject({ method: 'GET', target: '/x', protocol: 'HTTP/0.9' });
  });

  test('lose the frames of a chunked body', () => {
    const read = readRequest(
      Buffer.from('POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n'),
    );
    expect(Buffer.from(read.body).toString()).toBe('abcde');
  });
});
