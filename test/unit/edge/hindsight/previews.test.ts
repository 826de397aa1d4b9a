import { describe, expect, test } from 'vitest';
import type { Rule } from '../../../../rules/schema.ts';
import type { EventRule, NumberedEvent } from '../../../../src/actors/contracts.ts';
import { dryRun } from '../../../../src/edge/hindsight/dry-run.ts';
import { previewExclusion } from '../../../../src/edge/hindsight/preview-exclusion.ts';
import { previewThresholds } from '../../../../src/edge/hindsight/preview-thresholds.ts';
import { conclude, examine } from '../../../../src/edge/judge.ts';
import { compileExclusions, selectExclusions } from '../../../../src/edge/exclusions/exclusions.ts';
import type { Exclusion } from '../../../../src/edge/exclusions/schema.ts';
import { bundledSnapshot } from '../../../../src/edge/snapshot.ts';
import { describeRequest } from '../../../../src/edge/threat-event.ts';
import { prepareRuleset } from '../../../../src/edge/waf/prepare-ruleset.ts';
import { buildRequestView } from '../../../../src/edge/waf/request-view.ts';

const snapshot = bundledSnapshot({});
const { thresholds } = snapshot.policy;
const against = { rulesets: snapshot.rulesets, model: snapshot.model, thresholds };
const T = 1_700_000_000_000;
const AGENT =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

/** What the pure pipeline makes of a request, under these exclusions. */
function judge(target: string, exclusions: readonly Exclusion[] = [], form: string | null = null) {
  const url = `https://example.com${target}`;
  const request = new Request(url, {
    method: form === null ? 'GET' : 'POST',
    body: form,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': AGENT,
      accept: 'text/html',
      'accept-language': 'en',
    },
  });
  const body = form === null ? null : new TextEncoder().encode(form);
  const view = buildRequestView({ method: request.method, url, headers: request.headers, body, bodyTruncated: false });
  const facts = { ip: '203.0.113.7' };
  const rulesets = [...snapshot.rulesets].map(([name, { compiled }]) => [name, compiled] as const);
  const selected = selectExclusions(compileExclusions(exclusions, rulesets), view, T);
  const verdict = conclude(examine(view, facts, snapshot, selected), { score: 0, signals: [] }, snapshot);
  return { verdict, request, facts };
}

let n = 0;
function eventOf(target: string, form: string | null = null): NumberedEvent {
  const { verdict, request, facts } = judge(target, [], form);
  const event = describeRequest({
    requestId: `e${n + 1}`,
    request,
    facts,
    host: 'example.com',
    route: 'all',
    verdict,
    model: snapshot.model,
    thresholds,
    listed: null,
    outcome: verdict.decision,
    reason: verdict.reason,
    failed: null,
    seq: 0,
    at: T,
  });
  return { ...event, n: ++n };
}

const SQLI = encodeURIComponent("1' union select username,password from users--");
const PROBES = [
  `/search?q=${SQLI}`,
  `/search?q=${encodeURIComponent('<script>alert(1)</script>')}`,
  `/search?q=${encodeURIComponent('; cat /etc/passwd')}`,
  `/search?q=${encodeURIComponent('../../../../etc/passwd')}`,
  `/search?q=${SQLI}&p=${SQLI}`,
  `/search?q=${encodeURIComponent("don't select from these tables")}`,
];
const exclusion = (over: Partial<Exclusion> = {}): Exclusion => ({
  id: 'e',
  rules: ['*'],
  path: '/search',
  targets: ['ARGS:q'],
  reason: 'r',
  ...over,
});

describe('an exclusion in hindsight', () => {
  test.each([
    ['rules at a place', exclusion()],
    ['rules altogether', { id: 'e', rules: ['*'], reason: 'r' }],
    ['a category', { id: 'e', categories: ['sqli'], reason: 'r' } satisfies Exclusion],
    ['another place', exclusion({ targets: ['ARGS:other'] })],
    ['another path', exclusion({ path: '/find' })],
  ])('of %s is what it turns out to be, wherever that is told for certain', (_what, tried) => {
    for (const probe of PROBES) {
      const event = eventOf(probe);
      const { changes } = previewExclusion(tried, [event], against, T);
      const [change] = changes;
      const then = judge(probe, [tried]).verdict;
      const lost = event.ruleIds?.length !== then.waf.matches.length && (event.ruleIds?.length ?? 0) > 0;
      if (change === undefined) expect([probe, lost]).toEqual([probe, false]);
      else if (change.certain) expect([probe, change.after]).toEqual([probe, then.decision]);
    }
  });

  test('tells what else would have passed, and where', () => {
    const events = [eventOf('/other?q=1'), eventOf(PROBES[0]!), eventOf(`/find?q=${SQLI}`)].toReversed();
    const preview = previewExclusion(
      { id: 'e', rules: ['*'], path: '/search', reason: 'r', score: true },
      events,
      against,
      T,
    );
    expect(preview).toMatchObject({ events: 3, since: T, applies: 1, affected: 1, would_pass: 1, certain: 0 });
    expect(preview.changes[0]).toMatchObject({ path: '/search', outcome: 'block', after: 'allow', ip: '203.0.113.7' });
    expect(preview.changes[0]?.kept_away[0]?.id).toBe(events[1]?.rules?.[0]?.id);
  });

  test('is not certain of one of several values', () => {
    const event = eventOf(PROBES[4]!);
    expect(event.rules?.some(({ values = 1 }) => values > 1)).toBe(true);
    expect(previewExclusion(exclusion(), [event], against, T).changes[0]?.certain).toBe(false);
  });

  test('says nothing of what no rule decided, nor when it has expired', () => {
    const event = eventOf(PROBES[0]!);
    const { layers: _, ...unjudged } = event;
    const limited = { ...event, outcome: 'limit' as const };
    const failed = { ...event, failed: 'closed' as const };
    expect(previewExclusion(exclusion(), [unjudged, limited, failed], against, T)).toMatchObject({ applies: 0 });
    expect(previewExclusion(exclusion({ expires: '2020-01-01' }), [event], against, T)).toMatchObject({ applies: 0 });
  });

  test('shows fifty, and takes what a publisher made up', () => {
    const odd: EventRule = { id: 'none', name: '', category: 'sqli', score: 1, location: '!!:x', matched: '' };
    const event = eventOf(PROBES[0]!);
    const events = Array.from({ length: 80 }, () => ({ ...event, rules: [odd, ...(event.rules ?? [])] }));
    const preview = previewExclusion(exclusion(), events, against, T);
    expect(preview.affected).toBe(80);
    expect(preview.changes).toHaveLength(50);
  });
});

const scored = (model: number, outcome: 'log' | 'challenge' | 'block'): NumberedEvent => ({
  ...eventOf(PROBES[0]!),
  rules: [],
  outcome,
  layers: { by: 'score', anomaly: 0, blocking: false, bot: 0, reputation: 0, model, base: 0.01, thresholds },
});

describe('thresholds in hindsight', () => {
  test('change nothing when they are those in force', () => {
    const events = PROBES.map((probe) => eventOf(probe)).filter(({ outcome }) => outcome !== 'allow');
    expect(events.length).toBeGreaterThan(3);
    expect(previewThresholds(thresholds, thresholds, events, { open: [] }).moves).toEqual({});
  });

  test('move what the score decided, and not what rules did', () => {
    const events = [scored(0.85, 'block'), scored(0.6, 'challenge'), scored(0.4, 'log'), eventOf(PROBES[0]!)];
    const { moves, changes } = previewThresholds({ log: 0.5, challenge: 0.7, block: 0.9 }, thresholds, events, {
      open: [],
    });
    expect(moves).toEqual({ 'block>challenge': 1, 'challenge>log': 1, 'log>allow': 1 });
    expect(changes.map(({ model }) => model)).toEqual([0.85, 0.6, 0.4]);
  });

  test('are held against all traffic, as far as its buckets tell', () => {
    const open = Array.from({ length: 20 }, () => 1);
    const { traffic } = previewThresholds({ log: 0.15, challenge: 0.52, block: 1 }, thresholds, [], { open });
    expect(traffic.requests).toBe(20);
    expect(traffic.wanted).toEqual({ log: [17, 17], challenge: [9, 10], block: [0, 0] });
  });
});

/** A rule that matches a word anywhere in the arguments. */
const wordRule = (id: string, text: string): Rule => ({
  id,
  name: id,
  category: 'other',
  severity: 'critical',
  score: 80,
  action: 'block',
  targets: [{ collection: 'ARGS' }],
  transformations: ['lowercase'],
  operator: { name: 'contains', text },
  tags: [],
  examples: { match: [{ path: `/?q=${text}` }], noMatch: [{ path: '/?q=other' }] },
});

const prepare = (rules: readonly Rule[]) => prepareRuleset({ name: 'dry-run', version: '0', rules: [...rules] });

describe('a dry run of rules', () => {
  test('finds what events kept of the query, and of a body that matched', () => {
    const events = [
      { ...eventOf(PROBES[0]!), outcome: 'log' as const },
      eventOf('/login', `user=${SQLI}`),
      eventOf(PROBES[1]!),
      { id: 's', kind: 'system' as const, at: T, outcome: 'notice' as const, reason: '', seq: 0, n: 99 },
    ];
    const run = dryRun(prepare([wordRule('word-1', 'username'), wordRule('word-2', 'alert')]), events);
    expect(run).toMatchObject({
      events: 3,
      matches: 3,
      allowed: 1,
      fresh: 3,
      by_rule: { 'word-1': { matches: 2, allowed: 1 }, 'word-2': { matches: 1, allowed: 0 } },
    });
    expect(run.hits[1]).toMatchObject({ path: '/login', rules: [{ id: 'word-1', location: 'ARGS:user' }] });
  });

  test('matches again what a rule in force matched', () => {
    const { rules = [] } = snapshot.rulesets.get('owasp-core')?.compiled ?? {};
    const events = PROBES.map((probe) => eventOf(probe)).filter(({ outcome }) => outcome === 'block');
    for (const event of events) {
      const [told] = event.rules?.filter(({ ruleset }) => ruleset === 'owasp-core') ?? [];
      const rule = rules.find(({ id }) => id === told?.id);
      if (rule === undefined) continue;
      expect(dryRun(prepare([rule]), [event])).toMatchObject({ matches: 1, fresh: 0 });
    }
    expect.hasAssertions();
  });
});
