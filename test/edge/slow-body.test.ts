import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { freshClient, startIsolate } from '../support/workerd/isolate.ts';

const isolate = startIsolate();
const ATTACK = '{"q":"1 UNION SELECT password FROM users--"}';

/** A chunked body whose bytes the test hands over when it likes. */
function send(type: string) {
  const { readable, writable } = new IdentityTransformStream();
  const writer = writable.getWriter();
  const headers = { 'Content-Type': type };
  const answer = isolate.visit('/search', { method: 'POST', headers, body: readable, ip: freshClient() });
  return { writer, answer };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a body without a length that comes slowly', () => {
  it('is waited for when nobody streams its type, so that patience is no way past the rules', async () => {
    const { writer, answer } = send('application/json');
    await vi.advanceTimersByTimeAsync(5000);
    await writer.write(new TextEncoder().encode(ATTACK));
    await writer.close();
    expect((await answer).status).toBe(403);
  });

  it('is refused with 408 when it does not come in time', async () => {
    const { writer, answer } = send('application/x-www-form-urlencoded');
    const arrived = writer.write(new TextEncoder().encode('q=1')).catch(() => {});
    await vi.advanceTimersByTimeAsync(15_000);
    expect((await answer).status).toBe(408);
    await arrived;
  });
});
