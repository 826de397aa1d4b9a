import { createExecutionContext, env, waitOnExecutionContext } from 'cloudflare:test';
import { createShield } from '../../../src/edge/shield.ts';
import type { Env } from '../../../src/env.ts';

export const ADMIN_KEY = 'test-admin-key-0123456789abcdef';

/** A visitor's request in short. */
export interface Visit {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: BodyInit;
  /** The client's address, as Cloudflare would tell it. */
  readonly ip?: string;
  readonly host?: string;
  readonly cf?: Record<string, unknown>;
}

/** An ordinary browser, so that a test that is about something else is not about bots. */
const BROWSER = {
  'User-Agent':
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'Accept-Language': 'en-GB,en;q=0.9',
  'Sec-CH-UA': '"Chromium";v="142", "Google Chrome";v="142", "Not_A Brand";v="99"',
  'Sec-CH-UA-Mobile': '?0',
  'Sec-CH-UA-Platform': '"Windows"',
  'Sec-Fetch-Site': 'none',
  'Sec-Fetch-Mode': 'navigate',
  'Sec-Fetch-Dest': 'document',
  'Sec-Fetch-User': '?1',
  'Upgrade-Insecure-Requests': '1',
};

/**
 * An isolate of the Worker with a memory of its own, as Cloudflare runs many side by side; the actors and the origin behind
 * it are the real ones unless `overrides` replaces a binding.
 */
export function startIsolate(overrides: Partial<Record<keyof Env, unknown>> = {}) {
  const shield = createShield();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const bindings: Env = { ...env, ...(overrides as Partial<Env>) };

  async function send(request: Request): Promise<Response> {
    const ctx = createExecutionContext();
    const response = await shield.fetch(request, bindings, ctx);
    pending.push(waitOnExecutionContext(ctx));
    return response;
  }
  const pending: Promise<void>[] = [];

  return {
    send,
    visit: (path: string, visit: Visit = {}) => send(makeRequest(path, visit)),
    /** A call of the control plane with the admin key. */
    admin: (method: string, path: string, body?: unknown, ip?: string) =>
      send(
        makeRequest(path, {
          method,
          ...(ip !== undefined && { ip }),
          headers: { 'X-Admin-Key': ADMIN_KEY, Accept: 'application/json' },
          ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        }),
      ),
    /** Waits for everything that was left for after the responses. */
    settle: async () => {
      await Promise.all(pending.splice(0));
    },
  };
}

export function makeRequest(path: string, visit: Visit = {}): Request {
  const { method = 'GET', headers = {}, body, ip = '198.51.100.1', host = 'https://shop.test', cf } = visit;
  return new Request(host + path, {
    method,
    headers: { ...BROWSER, 'CF-Connecting-IP': ip, ...headers },
    redirect: 'manual',
    ...(body !== undefined && { body }),
    ...(cf !== undefined && { cf }),
  });
}

let clients = 0;

/** An address that no other test of this file uses. */
export function freshClient(): string {
  clients += 1;
  return `198.51.${100 + (clients >> 8)}.${clients & 255}`;
}

/** Repeats a question until the answer is as wished; for effects that come a little later. */
export async function eventually<T>(ask: () => Promise<T>, wished: (answer: T) => boolean): Promise<T> {
  for (let tries = 0; tries < 400; tries += 1) {
    const answer = await ask();
    if (wished(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`not in time; last: ${JSON.stringify(await ask())}`);
}
