import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { applyReleases, bundledSnapshot, type Snapshot } from '../../../src/edge/snapshot.ts';
import { findBlock } from '../../../src/edge/reputation/blocklist.ts';
import { readAddress } from '../../../src/edge/reputation/client-key.ts';
import { isWatched, writeWatchlist } from '../../../src/edge/reputation/watchlist.ts';
import { findListed } from '../../../src/edge/reputation/listed.ts';
import { matchRoute } from '../../../src/edge/route.ts';
import { prepareRuleset } from '../../../src/edge/waf/prepare-ruleset.ts';
import type { Ruleset } from '../../../rules/schema.ts';
import { threatRelease } from '../../support/node/threat-rows.ts';

const bundled = bundledSnapshot({});
const blocklist = JSON.stringify({ entries: [{ range: '192.0.2.1', reason: 'test', since: 0, source: 'operator' }] });
const source = JSON.parse(readFileSync(new URL('../../../rules/owasp-core.json', import.meta.url), 'utf8')) as Ruleset;
const release = (ruleset: Ruleset) => JSON.stringify(prepareRuleset(ruleset));
const core = release(source);

/** The compiled ruleset in force as `owasp-core`. */
function coreOf({ rulesets }: Snapshot) {
  const loaded = rulesets.get('owasp-core');
  if (loaded === undefined) throw new Error('owasp-core is not in force');
  return loaded.compiled;
}

function apply(hashes: object, bodies: Record<string, string>, seq = 1) {
  return applyReleases(bundled, { seq, hashes }, new Map(Object.entries(bodies)), {});
}

describe('the bundled snapshot', () => {
  it('guards with the twelve rules, the model and the default policy', () => {
    expect(bundled.seq).toBe(0);
    expect(bundled.hashes).toEqual({});
    expect(coreOf(bundled).rules.map((rule) => rule.id)).toContain('sqli-001');
    expect(coreOf(bundled).rules).toHaveLength(12);
    expect(matchRoute(bundled.routes, 'example.com', '/login').limit).toBe(10);
    expect(findBlock(bundled.blocklist, readAddress('192.0.2.1'), 0)).toBeNull();
    expect(isWatched(bundled.watchlist, '192.0.2.1')).toBe(false);
    expect(Object.isFrozen(bundled)).toBe(true);
  });

  it('follows the settings', () => {
    const strict = bundledSnapshot({ RATE_LIMIT_MAX_REQUESTS: '3' });
    expect(matchRoute(strict.routes, 'example.com', '/').limit).toBe(3);
  });
});

describe('a ruleset release', () => {
  const { prepared } = prepareRuleset(source);
  const first = prepared.rules[0]?.[0];
  const broken = (change: object) => JSON.stringify({ ...source, prepared: { ...prepared, ...change } });
  it.each([
    ['is missing', JSON.stringify(source)],
    ['is of another version', broken({ format: 0 })],
    ['is of another ruleset', broken({ rules: prepared.rules.slice(1) })],
    ['names a chain that is not there', broken({ rules: [[{ ...first, chain: 99 }], ...prepared.rules.slice(1)] })],
    ['names literals that are not there', broken({ literals: [] })],
    ['lets a chain extend itself', broken({ chains: prepared.chains.map((chain, parent) => ({ ...chain, parent })) })],
    [
      'has no engine for an expression',
      broken({ rules: [[{ chain: 0, branches: [{ needs: [], pattern: 'a' }] }], ...prepared.rules.slice(1)] }),
    ],
    [
      'has an expression that V8 cannot read',
      broken({
        rules: [{ chain: 0, branches: [{ needs: [], pattern: '(', engine: 'v8' }] }, ...prepared.rules.slice(1)],
      }),
    ],
  ])('whose preparation %s does not load, and breaks nothing', (_how, body) => {
    expect(apply({ ruleset: 'r' }, { r: body }).ok).toBe(false);
  });

  it('loads as it was prepared', () => {
    const next = apply({ ruleset: 'r' }, { r: core });
    expect(next.ok && coreOf(next.value).rules).toEqual(source.rules);
  });
});

describe('a new head', () => {
  it('changes what it names and shares the rest', () => {
    const next = apply({ blocklist: 'b', watchlist: 'w' }, { b: blocklist, w: writeWatchlist(['192.0.2.9']) });
    if (!next.ok) throw new Error(JSON.stringify(next.problems));
    expect(next.value.seq).toBe(1);
    expect(findBlock(next.value.blocklist, readAddress('192.0.2.1'), 0)?.reason).toBe('test');
    expect(isWatched(next.value.watchlist, '192.0.2.9')).toBe(true);
    expect(coreOf(next.value)).toBe(coreOf(bundled));
    expect(next.value.model).toBe(bundled.model);
    expect(next.value.routes).toBe(bundled.routes);
    expect(Object.isFrozen(next.value)).toBe(true);
    expect(findBlock(bundled.blocklist, readAddress('192.0.2.1'), 0)).toBeNull();
  });

  it('brings threats, and the policy that says how they are met', () => {
    const threats = threatRelease([{ range: '203.0.113.7', score: 240, tier: 'block' }]);
    const enforcement = { conditions: [{ countries: ['DE'], atMost: 'challenge' }] };
    const policy = JSON.stringify({ ...bundled.policy, enforcement });
    const next = apply({ threats: 't', policy: 'p' }, { t: threats, p: policy });
    if (!next.ok) throw new Error(JSON.stringify(next.problems));
    const address = readAddress('203.0.113.7');
    expect(findListed(next.value, address, {})?.tier).toBe('block');
    expect(findListed(next.value, address, { country: 'DE' })?.tier).toBe('challenge');
    expect(findListed(bundled, address, {})).toBeNull();
    expect(next.value.blocklist).toBe(bundled.blocklist);
    const spoilt = apply({ threats: 't' }, { t: threats.replace('"block":1', '"block":2') });
    expect(spoilt).toMatchObject({ ok: false, problems: [{ path: 'threats.counts' }] });
  });

  it('needs no body for what has not changed', () => {
    const first = apply({ blocklist: 'b' }, { b: blocklist });
    if (!first.ok) throw new Error('refused');
    const second = applyReleases(first.value, { seq: 2, hashes: { blocklist: 'b' } }, new Map(), {});
    expect(second.ok && second.value.seq).toBe(2);
    expect(second.ok && second.value.blocklist).toBe(first.value.blocklist);
  });

  it('goes back to the bundled release of a kind that it no longer names', () => {
    const first = apply({ ruleset: 'r' }, { r: release({ ...source, rules: [] }) });
    if (!first.ok) throw new Error('refused');
    expect(coreOf(first.value).rules).toHaveLength(0);
    const back = applyReleases(first.value, { seq: 2, hashes: {} }, new Map(), {});
    expect(back.ok && coreOf(back.value).rules).toHaveLength(12);
  });

  it.each([
    ['is missing', undefined, 'blocklist'],
    ['is not JSON', '{', 'blocklist'],
    ['breaks the schema', '{"entries":[{}]}', 'blocklist.entries.0.range'],
  ])('is refused whole when a body %s', (_how, body, path) => {
    const bodies = { r: core, ...(body === undefined ? {} : { b: body }) };
    const next = apply({ ruleset: 'r', blocklist: 'b' }, bodies);
    expect(next.ok ? [] : next.problems.map((problem) => problem.path)).toContain(path);
  });
});
