import { expect, test } from 'vitest';
import { describeRequest } from '../../../src/edge/threat-event.ts';
import { examine, conclude } from '../../../src/edge/judge.ts';
import { bundledSnapshot } from '../../../src/edge/snapshot.ts';
import { EVENT_LIMIT, trimEvent } from '../../../src/actors/bus/trim-event.ts';
import { buildRequestView } from '../../../src/edge/waf/request-view.ts';

const snapshot = bundledSnapshot({});

/** The event of a request as the whole pure pipeline judges it. */
function eventOf(url: string, headers: Record<string, string> = {}) {
  const request = new Request(url, { headers: { 'user-agent': 'Mozilla/5.0', ...headers } });
  const parts = { method: 'GET', url, headers: request.headers, body: null, bodyTruncated: false };
  const facts = { ip: '203.0.113.7' };
  const examination = examine(buildRequestView(parts), facts, snapshot);
  const verdict = conclude(examination, { score: 0.25, signals: [{ name: 'listed', weight: 0.25 }] }, snapshot);
  return describeRequest({
    requestId: 'id',
    request,
    facts,
    host: 'example.com',
    route: 'all',
    verdict,
    model: snapshot.model,
    thresholds: snapshot.policy.thresholds,
    listed: { score: 0.5, tier: 'rate_limit' },
    outcome: verdict.decision,
    reason: verdict.reason,
    failed: null,
    seq: 0,
    at: 1,
  });
}

test('an event tells each layer, the inputs of the network, and what each added', () => {
  const { layers, features = {}, contributions = {}, score = 0 } = eventOf(`https://example.com/?q=1'%20OR%20'1'='1`);
  expect(layers).toMatchObject({
    listed: { score: 0.5, tier: 'rate_limit' },
    reputation: 0.25,
    blocking: true,
    by: 'rule',
  });
  expect(layers?.anomaly).toBeGreaterThan(0);
  expect(features.sql_likeness).toBeGreaterThan(0.5);
  expect(features.ip_reputation).toBe(0.25);
  const sum = Object.values(contributions).reduce((total, part) => total + part, 0);
  expect(sum).toBeCloseTo((layers?.model ?? 0) - (layers?.base ?? 0), 2);
  // Rules carried it to the block threshold, and the network beyond.
  expect(score).toBeGreaterThanOrEqual(snapshot.policy.thresholds.block);
});

test('a match is shown in the value as it came and as it was read, without the secrets beside it', () => {
  const { rules = [] } = eventOf(
    `https://example.com/?q=password%3Dhunter22%26x%3D%253Cscript%253Ealert(1)%253C/script%253E`,
  );
  const rule = rules.find(({ rawExcerpt }) => rawExcerpt !== undefined);
  const { decodedExcerpt: decoded, rawExcerpt: raw } = rule ?? {};
  expect(decoded?.text.slice(decoded.start, decoded.end)).toContain('<script');
  expect(raw?.text.slice(raw.start, raw.end)).toContain('%3Cscript');
  expect(JSON.stringify(rules)).not.toContain('hunter22');
});

test('an ordinary event fits with all it has; a long one loses what surrounds matches first, then rules', () => {
  const event = eventOf(`https://example.com/?q=1'%20OR%20'1'='1`);
  expect(trimEvent(event)).toEqual(event);
  const [rule] = event.rules ?? [];
  const many = { ...event, rules: Array.from({ length: 12 }, () => rule!) };
  const cut = trimEvent(many);
  expect(JSON.stringify(cut).length).toBeLessThanOrEqual(EVENT_LIMIT);
  expect(cut.rules?.[0]?.decodedExcerpt).toEqual(rule?.decodedExcerpt);
  expect(cut.rules?.at(-1)?.decodedExcerpt).toBeUndefined();
  expect(cut.layers).toEqual(event.layers);
});

test('a span that a publisher got wrong stays within its text', () => {
  const event = eventOf(`https://example.com/?q=1'%20OR%20'1'='1`);
  const [rule] = event.rules ?? [];
  const wrong = { ...rule!, decodedExcerpt: { text: 'x'.repeat(2000), start: 1000, end: 3000 } };
  const excerpt = trimEvent({ ...event, rules: [wrong] }).rules?.[0]?.decodedExcerpt;
  expect(excerpt).toMatchObject({ start: 512, end: 512 });
});
