import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../../src/edge/default-policy.ts';
import { parsePolicy } from '../../../src/edge/policy.ts';
import { compileRoutes, matchRoute } from '../../../src/edge/route.ts';

const standard = compileRoutes(defaultPolicy({}));
const id = (path: string, host = 'example.com'): string => matchRoute(standard, host, path).id;

describe('the default policy', () => {
  it('passes its own door and carries the standard limits', () => {
    const policy = defaultPolicy({});
    expect(parsePolicy(policy)).toEqual({ ok: true, value: policy });
    expect(Object.fromEntries(policy.routes.map((r) => [r.path, r.limit]))).toEqual({
      '/login': 10,
      '/admin': 20,
      '/ws': 5,
      '/api': 200,
      '/': 100,
    });
    expect(policy.routes[0]).toMatchObject({ id: 'login', fail: 'open', durable: true });
  });

  it('follows the settings and falls back to the standard value where one cannot be read', () => {
    const set = defaultPolicy({
      RATE_LIMIT_MAX_REQUESTS: '7',
      RATE_LIMIT_WINDOW_SECONDS: '30',
      THREAT_SCORE_BLOCK_THRESHOLD: '0.4',
      THREAT_SCORE_CHALLENGE_THRESHOLD: '0.6',
    });
    expect(set.routes.at(-1)).toMatchObject({ limit: 7, windowSeconds: 30 });
    expect(set.thresholds).toEqual({ log: 0.3, challenge: 0.4, block: 0.4 });
    const broken = {
      RATE_LIMIT_MAX_REQUESTS: 'many',
      RATE_LIMIT_WINDOW_SECONDS: '-1',
      THREAT_SCORE_BLOCK_THRESHOLD: '8',
    };
    expect(defaultPolicy(broken)).toEqual(defaultPolicy({}));
  });
});

describe('the route of a request', () => {
  it('is the longest prefix on whole segments', () => {
    expect(
      ['/', '/login', '/login/', '/login/x', '/loginx', '/log', '/api/v1/users', '/x/login', '*', ''].map((p) => id(p)),
    ).toEqual(['default', 'login', 'login', 'login', 'default', 'default', 'api', 'default', 'default', 'default']);
  });

  it.each([
    '//login',
    '///login//',
    '/%6cogin',
    '/%6Cog%69n/',
    '/LOGIN',
    '/Login',
    '/./login',
    '/x/../login',
    '/x/%2e%2e/login',
    '/%2flogin',
    '/login%2f',
    '/login;v=1',
    '/;a=b/login',
    '\\login',
    '/%5clogin',
    '/login/../login',
    '/../login',
    '/login.',
    '/login%20',
    '/login%00',
    '/login%09/',
    '/LOGIN...;x/y',
  ])('is the sign-in for %s too', (path) => {
    expect(id(path)).toBe('login');
  });

  it('undoes escapes once only, as origins do', () => {
    expect(id('/%256cogin')).toBe('default');
  });

  it('prefers the longer prefix, then the one for this host', () => {
    const base = {
      limit: 1,
      windowSeconds: 1,
      fail: 'open',
      overlap: false,
      durable: false,
      shards: 1,
      path: '/',
    } as const;
    const table = compileRoutes({
      ...defaultPolicy({}),
      routes: [
        { ...base, id: 'all' },
        { ...base, id: 'shop', host: 'shop.example.com' },
        { ...base, id: 'api', path: '/API/' },
        { ...base, id: 'shop-api', host: 'shop.example.com', path: '/api' },
        { ...base, id: 'deep', path: '/api/v1/keys' },
        { ...base, id: 'late', path: '/api' },
      ],
    });
    const at = (host: string, path: string): string => matchRoute(table, host, path).id;
    expect(at('example.com', '/x')).toBe('all');
    expect(at('shop.example.com', '/x')).toBe('shop');
    expect(at('SHOP.example.com.:8443', '/x')).toBe('shop');
    expect(at('example.com', '/api/v1')).toBe('api');
    expect(at('shop.example.com', '/api/v1')).toBe('shop-api');
    expect(at('shop.example.com', '/api/v1/keys/9')).toBe('deep');
  });

  it('finds one for any path and host', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), fc.string({ unit: 'binary' }), (path, host) => {
        expect(typeof matchRoute(standard, host, path).id).toBe('string');
      }),
    );
  });

  it('does not change when a prefix is spelled with escapes, capitals or extra slashes', () => {
    const spelled = fc.array(fc.constantFrom(0, 1, 2), { minLength: 5, maxLength: 5 }).map((how) =>
      'login'
        .split('')
        .map((c, i) => (how[i] === 1 ? `%${c.charCodeAt(0).toString(16)}` : how[i] === 2 ? c.toUpperCase() : c))
        .join(''),
    );
    const slashes = fc.constantFrom('/', '//', '/./', '/;x/', '/a/../');
    fc.assert(fc.property(slashes, spelled, (slash, word) => id(slash + word) === 'login'));
  });
});
