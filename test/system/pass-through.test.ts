import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserHeaders } from '../../scripts/traffic/clients.ts';
import { DOCUMENT, ETAG, startEchoOrigin, type EchoOrigin } from '../support/node/echo-origin.ts';
import { startTestShield, type TestShield } from '../support/node/shield.ts';

const MEGABYTE = 1024 * 1024;

let origin: EchoOrigin;
let shield: TestShield;

beforeAll(async () => {
  origin = await startEchoOrigin();
  shield = await startTestShield(origin.url);
});
afterAll(async () => {
  await shield.stop();
  await origin.stop();
});

const visit = (path: string, init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {}) =>
  fetch(shield.url + path, { redirect: 'manual', ...init, headers: { ...browserHeaders(0), ...init.headers } });

describe('what passes the shield untouched', () => {
  test('a 50 MB upload streams on, whole and without filling memory', async () => {
    const hash = createHash('sha256');
    const before = workerdMemory();
    let peak = before;
    async function* bytes() {
      for (let i = 0; i < 50; i++) {
        const piece = new Uint8Array(MEGABYTE).fill(i);
        hash.update(piece);
        yield piece;
        peak = Math.max(peak, workerdMemory());
      }
    }
    const response = await visit('/upload', {
      method: 'POST',
      body: ReadableStream.from(bytes()),
      headers: { 'content-type': 'application/octet-stream' },
      duplex: 'half',
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ bytes: 50 * MEGABYTE, sha256: hash.digest('hex') });
    // Buffered, it would be at least the body.
    expect(peak - before).toBeLessThan(40 * MEGABYTE);
  });

  test('a download of unknown length arrives whole', async () => {
    const response = await visit('/download');
    expect((await response.arrayBuffer()).byteLength).toBe(20 * MEGABYTE);
  });

  test('a status that HTTP does not know', async () => {
    // Miniflare's own front could not pass it on.
    const direct = await startTestShield(origin.url, { direct: true });
    const response = await fetch(`${direct.url}/odd-status`, { headers: browserHeaders(0) });
    expect(response.status).toBe(999);
    expect(response.headers.get('x-own')).toBe('kept');
    expect(await response.text()).toBe('odd');
    await direct.stop();
  });

  test('the origin learns the client’s address from nobody but the shield', async () => {
    const spoofed = '192.0.2.66';
    const response = await visit('/anything', {
      headers: {
        forwarded: `for=${spoofed}`,
        'true-client-ip': spoofed,
        'x-real-ip': spoofed,
        'x-forwarded-for': spoofed,
        'cf-connecting-ip': '198.51.100.9',
      },
    });
    const { headers } = (await response.json()) as { headers: Record<string, string> };
    expect(JSON.stringify(headers)).not.toContain(spoofed);
    expect(headers['x-forwarded-for']).toBe('198.51.100.9');
  });

  test('server-sent events arrive one by one, as they are sent', async () => {
    const response = await visit('/sse', { headers: { accept: 'text/event-stream' } });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe('data: hello\n\n');
    // The origin sends this only now: a shield that gathered the response would wait for ever.
    origin.sendEvent('second');
    expect((await reader?.read())?.value).toBe('data: second\n\n');
    await reader?.cancel();
  });

  test('a WebSocket is upgraded and speaks both ways', async () => {
    const socket = new WebSocket(`${shield.url.replace('http', 'ws')}/ws/chat`);
    const heard = await new Promise((resolve, reject) => {
      socket.addEventListener('open', () => socket.send('marco'));
      socket.addEventListener('message', (event) => resolve(event.data));
      socket.addEventListener('error', () => reject(new Error('the upgrade was refused')));
    });
    expect(heard).toBe('marco');
    socket.close();
  });

  test('HEAD, ranges, conditions and redirects', async () => {
    const head = await visit('/document', { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(DOCUMENT.length)]);

    const part = await visit('/document', { headers: { range: 'bytes=4-8' } });
    expect([part.status, await part.text()]).toEqual([206, 'quick']);
    expect(part.headers.get('content-range')).toBe(`bytes 4-8/${DOCUMENT.length}`);

    const unchanged = await visit('/document', { headers: { 'if-none-match': ETAG } });
    expect([unchanged.status, await unchanged.text()]).toEqual([304, '']);

    const moved = await visit('/moved');
    expect([moved.status, moved.headers.get('location')]).toEqual([302, '/document?moved=1']);
  });

  test('the origin is told the verdict, and a client cannot forge it', async () => {
    const response = await visit('/echo', { headers: { 'x-edgeshield-decision': 'forged', 'x-partykit-props': '{}' } });
    const { headers }: { headers: Record<string, string> } = JSON.parse(await response.text());
    expect(headers['x-edgeshield-decision']).toBe('allow');
    expect(headers['x-edgeshield-score']).toMatch(/^[01]\.\d{3}$/);
    expect(headers).not.toHaveProperty('x-partykit-props');
  });
});

/** Bytes that workerd, a child of this process, holds; 0 where the system does not tell. */
function workerdMemory(): number {
  if (process.platform !== 'linux') return 0;
  const parents = new Map<string, { readonly parent: string; readonly name: string; readonly bytes: number }>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const field = (name: string) => new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(status)?.[1] ?? '';
      parents.set(pid, { parent: field('PPid'), name: field('Name'), bytes: Number(field('VmRSS')) * 1024 });
    } catch {
      // It ended meanwhile.
    }
  }
  const self = String(process.pid);
  return [...parents.values()]
    .filter(({ name, parent }) => name === 'workerd' && (parent === self || parents.get(parent)?.parent === self))
    .reduce((sum, { bytes }) => sum + bytes, 0);
}
