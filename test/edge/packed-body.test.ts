import { describe, expect, it } from 'vitest';
import { decodeBody, listCodings } from '../../src/edge/decode-body.ts';
import { freshClient, startIsolate } from '../support/workerd/isolate.ts';

const ATTACK = JSON.stringify({ q: "1' UNION SELECT username, password FROM users-- -" });
const HONEST = JSON.stringify({ events: Array.from({ length: 300 }, (_, n) => ({ name: 'click', at: n })) });
const LIMIT = 131_072;

async function pack(data: string | Uint8Array, format: 'gzip' | 'deflate' | 'deflate-raw'): Promise<Uint8Array> {
  const packed = new Response(data).body?.pipeThrough(new CompressionStream(format));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function post(body: Uint8Array, coding: string) {
  const headers = { 'Content-Type': 'application/json', 'Content-Encoding': coding };
  return startIsolate().visit('/events', { method: 'POST', body, headers, ip: freshClient() });
}

describe('a packed body', () => {
  it.each([
    ['gzip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['deflate', 'deflate'],
    ['deflate', 'deflate-raw'],
    ['identity, gzip', 'gzip'],
  ] as const)('is inspected as the origin will read it: Content-Encoding: %s, %s', async (coding, format) => {
    expect((await post(await pack(ATTACK, format), coding)).status).toBe(403);
  });

  it('is inspected when it was packed twice', async () => {
    expect((await post(await pack(await pack(ATTACK, 'gzip'), 'gzip'), 'gzip, gzip')).status).toBe(403);
  });

  it('is inspected behind a harmless first member', async () => {
    const members = [await pack('{}', 'gzip'), await pack(ATTACK, 'gzip')];
    expect((await post(new Uint8Array(await new Blob(members).arrayBuffer()), 'gzip')).status).toBe(403);
  });

  it('is inspected as far as it goes when its end is missing', async () => {
    const packed = await pack(ATTACK + 'x'.repeat(100_000), 'gzip');
    expect((await post(packed.subarray(0, packed.length - 9), 'gzip')).status).toBe(403);
  });

  it('is inspected as it came when it is not packed at all: servers that ignore the header read it so', async () => {
    for (const coding of ['gzip', 'deflate', 'br', 'gzip, deflate']) {
      expect((await post(new TextEncoder().encode(ATTACK), coding)).status).toBe(403);
    }
    const later = [new TextEncoder().encode(`\u0001${ATTACK}`), await pack('{}', 'gzip')];
    expect((await post(new Uint8Array(await new Blob(later).arrayBuffer()), 'gzip')).status).toBe(403);
  });

  it('that is honest reaches the origin as it came', async () => {
    const packed = await pack(HONEST, 'gzip');
    const response = await post(packed, 'gzip');
    expect(response.headers.get('X-EdgeShield-Decision')).toBe('allow');
    const told = await response.json<{ headers: Record<string, string> }>();
    expect(told.headers['content-encoding']).toBe('gzip');
    expect(told.headers['content-length']).toBe(String(packed.length));
  });

  it('in a coding that is not known here passes, and the operator is told', async () => {
    const response = await post(new TextEncoder().encode('{"a":1}'), 'snappy');
    expect(response.status).toBe(200);
    expect(response.headers.get('X-EdgeShield-Decision')).toBe('log');
  });
});

describe('a body in a charset', () => {
  it.each([
    ['ibm037', 'log'],
    ['utf-7', 'log'],
    ['UTF-8', 'allow'],
    ['"iso-8859-1"', 'allow'],
    ['Shift_JIS', 'allow'],
  ])('%s passes, and the operator is told when the rules could not read it: %s', async (charset, decision) => {
    const headers = { 'Content-Type': `application/x-www-form-urlencoded; charset=${charset}` };
    const response = await startIsolate().visit('/form', { method: 'POST', body: 'a=1', headers, ip: freshClient() });
    expect(response.status).toBe(200);
    expect(response.headers.get('X-EdgeShield-Decision')).toBe(decision);
  });
});

describe('unpacking', () => {
  it('reads no more than its limit of a bomb', async () => {
    const bomb = await pack(new Uint8Array(64 * 1024 * 1024), 'gzip');
    const decoded = await decodeBody(bomb, ['gzip'], LIMIT);
    expect(decoded.bytes.byteLength).toBe(LIMIT);
    expect(decoded.truncated).toBe(true);
  });

  it('answers to nonsense with nothing, and never rejects', async () => {
    for (const coding of ['gzip', 'deflate', 'br', 'constructor']) {
      const decoded = await decodeBody(new TextEncoder().encode('not packed at all'), [coding], LIMIT);
      expect(decoded.truncated).toBe(false);
    }
    expect((await decodeBody(new Uint8Array(0), ['gzip'], LIMIT)).bytes.byteLength).toBe(0);
  });

  it('refuses to peel more layers than anybody packs', async () => {
    const bytes = new TextEncoder().encode('x');
    expect(await decodeBody(bytes, Array<string>(4).fill('gzip'), LIMIT)).toEqual({
      bytes,
      truncated: false,
      readable: false,
    });
  });

  it('gives back what was packed', async () => {
    expect(text((await decodeBody(await pack(HONEST, 'deflate'), ['deflate'], LIMIT)).bytes)).toBe(HONEST);
    expect(listCodings(' Identity ,, GZip,deflate')).toEqual(['gzip', 'deflate']);
    expect(listCodings(null)).toEqual([]);
  });
});
