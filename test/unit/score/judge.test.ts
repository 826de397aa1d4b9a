import { expect, test } from 'vitest';
import weights from '../../../model/weights.json' with { type: 'json' };
import { FEATURES, parseModel } from '../../../model/schema.ts';
import ruleset from '../../../rules/owasp-core.json' with { type: 'json' };
import { parseRuleset, type Example } from '../../../rules/schema.ts';
import { conclude, examine, judge, type JudgeSnapshot } from '../../../src/edge/judge.ts';
import { readAddress } from '../../../src/edge/reputation/client-key.ts';
import { judgeAddress } from '../../../src/edge/reputation/judge-address.ts';
import { compileModel } from '../../../src/edge/score/mlp.ts';
import { viewExample } from '../../../src/edge/waf/check-ruleset.ts';
import { compileRuleset } from '../../../src/edge/waf/compile.ts';
import { buildRequestView } from '../../../src/edge/waf/request-view.ts';
import { prepareRuleset } from '../../../src/edge/waf/prepare-ruleset.ts';

const rules = parseRuleset(ruleset);
const model = parseModel(weights);
if (!rules.ok || !model.ok) throw new Error('the bundled ruleset or model cannot be read');
const snapshot: JudgeSnapshot = {
  active: [{ name: 'owasp-core', mode: 'block', ruleset: compileRuleset(prepareRuleset(rules.value)) }],
  model: compileModel(model.value),
  policy: { thresholds: { log: 0.3, challenge: 0.5, block: 0.8 } },
};
const CLEAN = { score: 0, signals: [] };
const network = { ip: '203.0.113.7' };
const browser = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0',
  accept: 'text/html',
  'accept-language': 'en',
};

const verdictOn = (example: Example) => judge(viewExample(example), network, CLEAN, snapshot);

test("a browser's clean GET scores under 0.05 and passes", () => {
  const verdict = verdictOn({ path: '/products/42?page=2', headers: browser });
  expect(verdict.decision).toBe('allow');
  expect(verdict.score).toBeLessThan(0.05);
});

test.each([
  ['nothing else', {}],
  ['Tor', { country: 'T1' }],
  ['a network with a record', { asn: 198953 }],
])('a browser whose address every feed lists passes, were it also from %s', (_, facts) => {
  const reputation = judgeAddress({ ...network, ...facts }, readAddress(network.ip), null, 1);
  const view = viewExample({ path: '/products/42?page=2', headers: browser });
  expect(reputation.signals.map(({ name }) => name)).toContain('listed');
  expect(['allow', 'log']).toContain(judge(view, network, reputation, snapshot).decision);
});

test('curl on an API passes', () => {
  const verdict = verdictOn({ path: '/api/items?limit=10', headers: { 'user-agent': 'curl/8.9.1', accept: '*/*' } });
  expect(['allow', 'log']).toContain(verdict.decision);
});

test('an injection is blocked by its rule, and the verdict carries the evidence', () => {
  const verdict = verdictOn({
    path: "/?id=1'%20union%20select%20username,password%20from%20users--",
    headers: browser,
  });
  expect(verdict).toMatchObject({ decision: 'block', by: 'rule' });
  expect(verdict.waf.matches.map(({ id }) => id)).toContain('sqli-001');
});

/** Deterministic noise (xorshift), as a compressed upload looks. */
function noise(length: number): Uint8Array {
  let state = 0x9e3779b9;
  return Uint8Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 255;
  });
}

test.each(['application/octet-stream', 'image/jpeg', ''])('binary bytes of type "%s" pass', (type) => {
  const headers = { ...browser, 'content-type': type };
  for (const body of [noise(65_536), noise(300), new Uint8Array(65_536)]) {
    const view = buildRequestView({
      method: 'PUT',
      url: 'https://example.com/upload',
      headers: new Map(Object.entries(headers)),
      body,
      bodyTruncated: true,
    });
    expect(judge(view, network, CLEAN, snapshot).decision).toBe('allow');
  }
});

test.each([
  ['curl', { 'user-agent': 'curl/8.9.1' }],
  ['a browser', browser],
])('the score of an injection from %s agrees with the block', (_, headers) => {
  const verdict = verdictOn({ path: "/?q='%20UNION%20SELECT%20password%20FROM%20users--", headers });
  expect(verdict.decision).toBe('block');
  expect(verdict.score).toBeGreaterThanOrEqual(snapshot.policy.thresholds.block);
});

test.each([
  ["O'Brien in JSON from a library", 'POST', '{"name":"O\'Brien","note":"please select a union table"}'],
  ['a list in JSON from a library', 'PUT', '{"items":[{"id":1,"state":"on"},{"id":2,"state":null}],"dry_run":false}'],
])('an honest API client is not held back: %s', (_, method, body) => {
  const headers = { 'user-agent': 'python-requests/2.32.3', accept: '*/*', 'content-type': 'application/json' };
  const verdict = verdictOn({ method, path: '/api/v1/items/7?expand=owner&sort=-created_at', headers, body });
  expect(verdict.decision).toBe('allow');
  expect(verdict.score).toBeLessThan(0.2);
});

test("a scanner's clean request is held back by the score alone", () => {
  const verdict = verdictOn({ path: '/', headers: { 'user-agent': 'sqlmap/1.7.2#stable (https://sqlmap.org)' } });
  expect(['challenge', 'block']).toContain(verdict.decision);
  expect(verdict.by).toBe('score');
});

test('worse reputation, bot score, rules or likeness never lower the score', () => {
  const examination = examine(viewExample({ path: '/?q=select+a+dress', headers: browser }), network, snapshot);
  for (const feature of [
    'waf_score',
    'bot_score',
    'sql_likeness',
    'markup_likeness',
    'shell_likeness',
    'path_likeness',
    'attack_likeness',
  ] as const) {
    const at = FEATURES.indexOf(feature);
    let before = 0;
    for (let value = 0; value <= 1; value += 0.05) {
      const features = Float64Array.from(examination.features);
      features[at] = value;
      const { score } = conclude({ ...examination, features }, CLEAN, snapshot);
      expect(score).toBeGreaterThanOrEqual(before);
      before = score;
    }
  }
});

test('reputation that comes later changes the score and nothing of the examination', () => {
  const examination = examine(viewExample({ path: '/', headers: browser }), network, snapshot);
  const first = conclude(examination, CLEAN, snapshot);
  const worse = conclude(examination, { score: 1, signals: [{ name: 'remembered', weight: 1 }] }, snapshot);
  expect(worse.score).toBeGreaterThan(first.score);
  expect(conclude(examination, CLEAN, snapshot)).toEqual(first);
});
