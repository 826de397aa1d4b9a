import { env } from 'cloudflare:test';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventually, freshClient, startIsolate } from '../support/workerd/isolate.ts';

interface PolicyAnswer {
  readonly policy: { readonly routes: readonly { readonly id: string }[] };
}

beforeAll(async () => {
  const operator = startIsolate();
  const { policy } = await (await operator.admin('GET', '/admin/policy')).json<PolicyAnswer>();
  const routes = policy.routes.map((route) => ({ ...route, overlap: route.id === 'api' }));
  const patient = { ...policy, routes, deadlineMs: 5000 };
  expect((await operator.admin('POST', '/admin/policy/reload', patient)).status).toBe(200);
});

const GRANTED = { granted: 1, used: 1, resetMs: 1000, retryAfterMs: 0, seq: 0 };
const REFUSED = { granted: 0, used: 200, resetMs: 1000, retryAfterMs: 1000, seq: 0 };

/** An isolate whose guardian answers only when told to, and whose origin is watched. */
async function startHeld() {
  const reply = Promise.withResolvers<object>();
  let leases = 0;
  const asked: string[] = [];
  const isolate = startIsolate({
    RATE_GUARDIAN: {
      getByName: () => ({
        lease: () => {
          leases += 1;
          return leases === 1 ? Promise.resolve(GRANTED) : reply.promise;
        },
      }),
    },
    ORIGIN: {
      fetch: (request: Request) => {
        asked.push(request.method);
        return env.ORIGIN?.fetch(request);
      },
    },
  });
  await isolate.visit('/health', { ip: freshClient() });
  await isolate.settle();
  return { isolate, reply, asked, leases: () => leases };
}

describe('a route that may overlap', () => {
  it('asks the origin while the lease is under way, and answers when both are there', async () => {
    const { isolate, reply, asked } = await startHeld();
    const response = isolate.visit('/api/x', { ip: freshClient() });
    await eventually(
      () => Promise.resolve(asked.length),
      (count) => count === 1,
    );
    reply.resolve(GRANTED);
    expect((await response).status).toBe(200);
    expect(asked).toEqual(['GET']);
  });

  it('drops the origin’s answer on a refusal', async () => {
    const { isolate, reply, asked } = await startHeld();
    const response = isolate.visit('/api/download', { ip: freshClient() });
    await eventually(
      () => Promise.resolve(asked.length),
      (count) => count === 1,
    );
    reply.resolve(REFUSED);
    expect((await response).status).toBe(429);
    await isolate.settle();
  });

  it.each([
    ['an unsafe method', '/api/x', 'POST'],
    ['a route without overlap', '/shop', 'GET'],
  ])('does not for %s: the origin waits for the permit', async (_, path, method) => {
    const { isolate, reply, asked, leases } = await startHeld();
    const response = isolate.visit(path, { method, ip: freshClient() });
    await eventually(
      () => Promise.resolve(leases()),
      (count) => count === 2,
    );
    reply.resolve(REFUSED);
    expect((await response).status).toBe(429);
    expect(asked).toEqual([]);
  });
});
