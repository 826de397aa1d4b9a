import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually, freshClient, startIsolate } from '../support/workerd/isolate.ts';

const operator = startIsolate();
const admin = (method: string, path: string, body?: unknown) => operator.admin(method, path, body, freshClient());

const LEAK = 'ORA-00933: SQL command not properly ended';

const rule = (id: string, phase: number, collection: string, text: string) => ({
  id,
  name: `Rule ${id}`,
  category: 'other',
  severity: 'error',
  score: 20,
  action: 'block',
  phase,
  targets: [{ collection }],
  transformations: [],
  operator: { name: 'contains', text },
  tags: [],
});
const ruleset = {
  name: 'answers',
  version: '1',
  rules: [rule('head-1', 3, 'RESPONSE_HEADERS', 'x-powered-by-leak'), rule('body-1', 4, 'RESPONSE_BODY', 'ORA-00933')],
};

let policy: { routes: object[] };
const publish = async (parts: object) => {
  const response = await admin('POST', '/admin/policy/reload', { ...policy, ...parts });
  expect(response.status, await response.clone().text()).toBe(200);
};
const ON = { rulesets: { answers: { mode: 'block' } }, responses: { inspect: true, waitMs: 100 } };

beforeAll(async () => {
  ({ policy } = await (await admin('GET', '/admin/policy')).json<{ policy: typeof policy }>());
  const response = await admin('POST', '/admin/rules/reload', ruleset);
  expect(response.status, await response.clone().text()).toBe(200);
  await publish(ON);
});
afterEach(() => operator.settle());
afterAll(async () => {
  await publish({});
  await admin('DELETE', '/admin/rules/answers');
});

function answer(parts: Record<string, string>): string {
  return `/answer?${new URLSearchParams(parts).toString()}`;
}
const visit = (path: string, headers: Record<string, string> = {}) =>
  operator.visit(path, { ip: freshClient(), headers });
const read = async (path: string) => {
  const response = await visit(path);
  return {
    status: response.status,
    text: await response.text(),
    decision: response.headers.get('X-EdgeShield-Decision'),
  };
};

describe('an answer', () => {
  it('that leaks is refused, and no byte of it is sent', async () => {
    const { status, text, decision } = await read(answer({ text: LEAK }));
    expect([status, decision]).toEqual([403, 'block']);
    expect(text).not.toContain('ORA');
  });

  it('that gives itself away by a header is refused, whatever its body', async () => {
    for (const type of ['text/html', 'image/png', 'text/event-stream']) {
      expect((await read(answer({ type, header: 'X-Debug: x-powered-by-leak' }))).status).toBe(403);
    }
    const head = await operator.visit(answer({ header: 'X-Debug: x-powered-by-leak' }), {
      ip: freshClient(),
      method: 'HEAD',
    });
    expect(head.status).toBe(403);
  });

  it.each(['application/json', 'application/problem+json', 'text/plain', 'application/xml', 'application/javascript'])(
    'of type %s is looked at',
    async (type) => {
      expect((await read(answer({ type, text: LEAK }))).status).toBe(403);
    },
  );

  it.each(['image/png', 'application/octet-stream', 'text/event-stream', 'application/x-ndjson'])(
    'of type %s passes as it is',
    async (type) => {
      expect(await read(answer({ type, text: LEAK }))).toMatchObject({ status: 200, text: LEAK, decision: 'allow' });
    },
  );

  it('that has nothing against it comes whole, with its status and headers', async () => {
    const text = `é${'y'.repeat(300_000)}`;
    const response = await visit(answer({ status: '404', header: 'X-Own: 1', before: '200000', text: 'the end' }));
    expect(response.status).toBe(404);
    expect(response.headers.get('X-Own')).toBe('1');
    expect(response.headers.get('Content-Length')).toBe('200007');
    expect((await response.text()).length).toBe(200_007);
    const echoed = await operator.visit('/echo', { method: 'POST', body: text, ip: freshClient() });
    expect(await echoed.json()).toMatchObject({ length: text.length });
  });

  it('is looked at as far as the policy says, and the rest flows by', async () => {
    expect((await read(answer({ before: '65000', text: LEAK }))).status).toBe(403);
    expect((await read(answer({ before: '66000', text: LEAK }))).text).toHaveLength(66_000 + LEAK.length);
    await publish({ ...ON, responses: { inspect: true, bytes: 1024 } });
    expect((await read(answer({ before: '2000', text: LEAK }))).status).toBe(200);
    await publish(ON);
  });

  it('that is packed is looked at unpacked, and comes packed', async () => {
    expect((await read(answer({ packed: '', text: LEAK }))).status).toBe(403);
    const response = await visit(answer({ packed: '', text: 'fine' }), { 'Accept-Encoding': 'gzip' });
    expect(await response.text()).toBe('fine');
  });

  it('without a body passes', async () => {
    for (const path of ['/unchanged', '/moved', answer({ status: '204' })]) {
      const response = await visit(path);
      expect(response.status).toBeLessThan(400);
    }
    const head = await operator.visit(answer({ text: LEAK }), { method: 'HEAD', ip: freshClient() });
    expect(head.status).toBe(200);
  });
});

describe('an answer that streams', () => {
  it('as events is never held back', async () => {
    const response = await visit('/sse?id=answers-sse');
    const stream: ReadableStream<Uint8Array> = response.body ?? expect.fail('no body');
    const reader = stream.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('data: one\n\n');
    await visit('/release?id=answers-sse');
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('data: two\n\n');
  });

  it('as text is held back for a moment; then what came was inspected, and the rest flows on', async () => {
    const response = await visit('/drip?id=answers-1');
    const stream: ReadableStream<Uint8Array> = response.body ?? expect.fail('no body');
    const reader = stream.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('first');
    await visit('/release?id=answers-1');
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('second');
    expect((await reader.read()).done).toBe(true);
  });

  it('and leaks in its first part is refused', async () => {
    expect((await visit(`/drip?id=answers-2&first=${encodeURIComponent(LEAK)}`)).status).toBe(403);
    await visit('/release?id=answers-2');
  });

  it('may be a WebSocket', async () => {
    const response = await visit('/socket', { Upgrade: 'websocket' });
    expect(response.status).toBe(101);
    response.webSocket?.accept();
    response.webSocket?.close();
  });
});

const failing = (fail: string) => ({ ...ON, routes: policy.routes.map((route) => ({ ...route, fail })) });

describe('phase 5', () => {
  const last = { ...rule('last-1', 5, 'ARGS', 'last-word'), action: 'log' };

  it('has the last word on requests and answers, and blocks neither', async () => {
    const rules = [...ruleset.rules, last, { ...last, id: 'last-2', action: 'block' }];
    await admin('POST', '/admin/rules/reload', { ...ruleset, version: '3', rules });
    expect(await read('/echo?q=last-word')).toMatchObject({ status: 200, decision: 'log' });
    await publish({ rulesets: ON.rulesets });
    expect(await read('/echo?q=last-word')).toMatchObject({ status: 200, decision: 'log' });
    await publish(ON);
    await admin('POST', '/admin/rules/reload', ruleset);
  });
});

describe('a rule that spends its budget', () => {
  const HARD = `/?q=${'a'.repeat(2000)}`;
  const hard = {
    ...rule('hard-1', 2, 'ARGS', ''),
    operator: { name: 'rx', pattern: '(a*)x?(a*)x?\\1\\2(?=bb)' },
  };

  it('leaves the request to the policy of its route, and an event tells', async () => {
    await admin('POST', '/admin/rules/reload', { ...ruleset, version: '2', rules: [...ruleset.rules, hard] });
    expect((await visit('/?q=aaaabb')).status).toBe(403);
    expect((await visit(HARD)).status).toBe(200);
    await publish(failing('closed'));
    expect((await visit(HARD)).status).toBe(503);
    expect((await visit('/?q=short')).status).toBe(200);
    await publish({ ...failing('closed'), rulesets: { answers: { mode: 'detect' } } });
    expect((await visit(HARD)).status).toBe(200);
    await publish(ON);
    await operator.settle();
    const told = await eventually(
      async () => {
        const response = await admin('GET', '/admin/events');
        return (await response.json<{ events: { failed?: string; reason: string }[] }>()).events;
      },
      (events) => events.some(({ failed }) => failed === 'closed'),
    );
    const reasons = told.filter(({ failed }) => failed !== undefined).map(({ reason }) => reason);
    expect(reasons[0]).toContain('budget');
    await admin('POST', '/admin/rules/reload', ruleset);
  });
});

describe('the policy', () => {
  it('leaves answers alone unless it says otherwise, and a route may say so for itself', async () => {
    await publish({ rulesets: ON.rulesets });
    expect((await read(answer({ text: LEAK }))).status).toBe(200);
    const routes = [
      ...policy.routes,
      { ...policy.routes[0], id: 'answer', path: '/answer', limit: 500, responses: true },
    ];
    await publish({ rulesets: ON.rulesets, routes });
    expect((await read(answer({ text: LEAK }))).status).toBe(403);
    await publish({ ...ON, routes: routes.map((route) => ({ ...route, responses: false })) });
    expect((await read(answer({ text: LEAK }))).status).toBe(200);
    await publish(ON);
  });

  it('lets a ruleset that only detects tell of a leak without what leaked', async () => {
    await publish({ responses: ON.responses, rulesets: { answers: { mode: 'detect' } } });
    expect(await read(answer({ text: LEAK }))).toMatchObject({ status: 200, text: LEAK, decision: 'log' });
    await operator.settle();
    const told = await eventually(
      async () => {
        const response = await admin('GET', '/admin/events?outcome=log');
        return (await response.json<{ events: { rules: { id: string; matched: string }[] }[] }>()).events;
      },
      (events) => events.some(({ rules }) => rules.some(({ id }) => id === 'body-1')),
    );
    const event = told.find(({ rules }) => rules.some(({ id }) => id === 'body-1'));
    expect(JSON.stringify(event?.rules)).not.toContain('ORA-');
    expect(event?.rules[0]).toMatchObject({ id: 'body-1', mode: 'detect', location: 'RESPONSE_BODY' });
    await publish(ON);
  });

  it('takes exclusions for answers too', async () => {
    const exclusion = {
      id: 'docs',
      rules: ['body-1'],
      path: '/answer',
      targets: ['RESPONSE_BODY'],
      reason: 'a manual',
    };
    await publish({ ...ON, exclusions: [exclusion] });
    expect((await read(answer({ text: LEAK }))).status).toBe(200);
    await publish(ON);
  });
});
