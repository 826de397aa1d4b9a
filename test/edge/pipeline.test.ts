import { describe, expect, it } from 'vitest';
import { freshClient, startIsolate } from '../support/workerd/isolate.ts';

const SQLI = '/item?id=1%20UNION%20SELECT%20password%20FROM%20users--';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

describe('an innocent request', () => {
  it('reaches the origin as it was and comes back with the shield’s headers', async () => {
    const isolate = startIsolate();
    const response = await isolate.visit('/shop/a%2Fb?q=caf%C3%A9&&x=', { ip: freshClient() });
    const told = await response.json<{ url: string; headers: Record<string, string> }>();
    expect(response.status).toBe(200);
    expect(told.url).toBe('https://shop.test/shop/a%2Fb?q=caf%C3%A9&&x=');
    expect(response.headers.get('X-EdgeShield-Decision')).toBe('allow');
    expect(response.headers.get('X-EdgeShield-Score')).toMatch(/^0\.\d{3}$/);
    expect(response.headers.get('X-Request-Id')).toMatch(UUID);
    expect(response.headers.get('X-RateLimit-Limit')).toMatch(/^\d+$/);
    expect(Number(response.headers.get('X-RateLimit-Remaining'))).toBeGreaterThan(80);
    expect(response.headers.get('X-RateLimit-Reset')).toMatch(/^\d+$/);
    expect(told.headers['x-request-id']).toBe(response.headers.get('X-Request-Id'));
    expect(told.headers['x-edgeshield-score']).toBe(response.headers.get('X-EdgeShield-Score'));
    expect(told.headers['x-edgeshield-decision']).toBe('allow');
  });

  it('keeps its body byte for byte', async () => {
    const body = `name=${'x'.repeat(5000)}&note=fine`;
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const response = await startIsolate().visit('/form', { method: 'POST', body, headers, ip: freshClient() });
    expect(await response.json()).toMatchObject({ method: 'POST', length: body.length });
  });
});

describe('an operator who visits the site', () => {
  it('does not hand the own session or the admin key to the origin', async () => {
    const response = await startIsolate().visit('/shop', {
      headers: {
        'X-Admin-Key': 'not for the origin',
        Cookie: 'theme=dark; __Host-edgeshield=1.a.b; cart="1, 2"; edgeshield=the-site-s-own',
      },
      ip: freshClient(),
    });
    const { headers } = await response.json<{ headers: Record<string, string> }>();
    expect(headers['x-admin-key']).toBeUndefined();
    expect(headers['cookie']).toBe('theme=dark; cart="1, 2"; edgeshield=the-site-s-own');
  });

  it('sends no empty Cookie header when the session was the only one', async () => {
    const headers = { Cookie: '__Host-edgeshield=1.a.b' };
    const response = await startIsolate().visit('/shop', { headers, ip: freshClient() });
    expect((await response.json<{ headers: Record<string, string> }>()).headers).not.toHaveProperty('cookie');
  });
});

describe('an attack', () => {
  it('is blocked in the query, with a page that gives the request id and is never cached', async () => {
    const response = await startIsolate().visit(SQLI, { ip: freshClient() });
    const page = await response.text();
    expect(response.status).toBe(403);
    expect(response.headers.get('X-EdgeShield-Decision')).toBe('block');
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    expect(page).toContain(response.headers.get('X-Request-Id') ?? 'no id');
    expect(page).not.toMatch(/sqli|UNION|rule/i);
  });

  it('is blocked in a body, and a program is told in JSON', async () => {
    const response = await startIsolate().visit('/comment', {
      method: 'POST',
      body: JSON.stringify({ text: '<script>alert(document.cookie)</script>' }),
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      ip: freshClient(),
    });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ status: 403, request_id: response.headers.get('X-Request-Id') });
  });

  it('is refused without waiting for any actor', async () => {
    const unreachable = {
      getByName: () => {
        throw new Error('an actor was called');
      },
    };
    const isolate = startIsolate({ RATE_GUARDIAN: unreachable, REPUTATION: unreachable });
    expect((await isolate.visit(SQLI, { ip: freshClient() })).status).toBe(403);
  });

  it('has no body in answer to HEAD', async () => {
    const response = await startIsolate().visit(SQLI, { method: 'HEAD', ip: freshClient() });
    expect(response.status).toBe(403);
    expect(await response.text()).toBe('');
  });
});

describe('a scanner', () => {
  it('that a logging rule names is not simply allowed', async () => {
    const headers = { 'User-Agent': 'sqlmap/1.8.2#stable (https://sqlmap.org)' };
    const response = await startIsolate().visit('/', { headers, ip: freshClient() });
    expect(response.headers.get('X-EdgeShield-Decision')).not.toBe('allow');
  });
});

/** More than the ten sign-ins of a window: on a busy machine a guardian's reply may miss the deadline, and the route fails open. */
const TRIES = 20;

describe('a client that goes too fast', () => {
  it('is refused past the limit of the route, over all isolates together, until the window has moved on', async () => {
    const ip = freshClient();
    const isolates = [startIsolate(), startIsolate(), startIsolate()] as const;
    const statuses: number[] = [];
    let failedOpen = 0;
    for (let n = 0; n < TRIES; n += 1) {
      const response = await (isolates[n % 3] ?? isolates[0]).visit('/login', { ip });
      statuses.push(response.status);
      const { headers } = response;
      // Nobody counted: the figures are those of a client that has asked for nothing yet.
      if (headers.get('X-RateLimit-Remaining') === headers.get('X-RateLimit-Limit')) failedOpen += 1;
      if (response.status === 429) {
        expect(Number(response.headers.get('Retry-After'))).toBeGreaterThan(0);
        expect(response.headers.get('X-RateLimit-Remaining')).toBe('0');
        expect(response.headers.get('X-EdgeShield-Decision')).toBe('limit');
        expect(response.headers.get('Cache-Control')).toBe('no-store');
      }
    }
    const passed = statuses.filter((status) => status === 200).length;
    expect(passed).toBeGreaterThanOrEqual(8);
    expect(passed - failedOpen).toBeLessThanOrEqual(10);
    expect(statuses).toContain(429);
  });

  it('cannot pose as others by X-Forwarded-For', async () => {
    const isolate = startIsolate();
    const ip = freshClient();
    let statuses = '';
    for (let n = 0; n < TRIES; n += 1) {
      const headers = { 'X-Forwarded-For': `203.0.113.${n}`, 'X-Real-IP': `203.0.113.${n}` };
      statuses += ` ${(await isolate.visit('/login', { ip, headers })).status}`;
    }
    expect(statuses).toContain('429');
  });

  it.each([
    ['an IPv4 address also written as IPv6', '203.0.113.77', '::ffff:203.0.113.77'],
    ['a whole IPv6 /64', '2001:db8:77:1::1', '2001:db8:77:1:ffff:eeee:dddd:cccc'],
  ])('is one client: %s', async (_, first, second) => {
    const isolate = startIsolate();
    for (let n = 0; n < 10; n += 1) await isolate.visit('/login', { ip: first });
    let statuses = '';
    for (let n = 0; n < TRIES - 10; n += 1) statuses += ` ${(await isolate.visit('/login', { ip: second })).status}`;
    expect(statuses).toContain('429');
  });

  it('does not slow down others', async () => {
    const isolate = startIsolate();
    const ip = freshClient();
    for (let n = 0; n < 12; n += 1) await isolate.visit('/login', { ip });
    expect((await isolate.visit('/login', { ip: freshClient() })).status).toBe(200);
  });
});

describe('what a client claims', () => {
  it('about scores and actors does not reach the origin', async () => {
    const headers = {
      'X-EdgeShield-Score': '0.000',
      'X-EdgeShield-Admin': 'yes',
      'x-partykit-props': '{}',
      'X-Request-Id': 'mine',
    };
    const response = await startIsolate().visit('/echo', { headers, ip: freshClient() });
    const told = await response.json<{ headers: Record<string, string> }>();
    expect(told.headers).not.toHaveProperty('x-edgeshield-admin');
    expect(told.headers).not.toHaveProperty('x-partykit-props');
    expect(told.headers['x-request-id']).toBe(response.headers.get('X-Request-Id'));
    expect(response.headers.get('X-Request-Id')).not.toBe('mine');
  });
});

describe('minimal response headers', () => {
  it('keep the score and the rate to the owner, also when the origin writes such headers itself', async () => {
    const isolate = startIsolate({ RESPONSE_HEADERS: 'minimal' });
    for (const path of ['/echo', '/forges', SQLI]) {
      const response = await isolate.visit(path, { ip: freshClient() });
      for (const name of ['Score', 'Limit', 'Remaining', 'Reset'])
        expect(response.headers.get(name === 'Score' ? 'X-EdgeShield-Score' : `X-RateLimit-${name}`)).toBeNull();
      expect(response.headers.get('X-Request-Id')).toMatch(UUID);
      expect(response.headers.get('X-EdgeShield-Decision')).not.toBeNull();
    }
  });

  it('are not the default: an origin’s own score is overwritten', async () => {
    const response = await startIsolate().visit('/forges', { ip: freshClient() });
    expect(response.headers.get('X-EdgeShield-Score')).not.toBe('0.999');
    expect(response.headers.get('X-RateLimit-Remaining')).not.toBe('99999');
  });
});
