import { expect, test } from 'vitest';
import weights from '../../../model/weights.json' with { type: 'json' };
import { parseModel } from '../../../model/schema.ts';
import { judgeNow } from '../../../src/edge/address-now.ts';
import { defaultPolicy } from '../../../src/edge/default-policy.ts';
import { compileBlocklist } from '../../../src/edge/reputation/blocklist.ts';
import { readAddress } from '../../../src/edge/reputation/client-key.ts';
import { DEFAULT_RESPONSE } from '../../../src/edge/reputation/graduated-response.ts';
import { parseThreats } from '../../../src/edge/reputation/threat-release.ts';
import { compileModel } from '../../../src/edge/score/mlp.ts';
import { threatRelease } from '../../support/node/threat-rows.ts';

const NOW = 1_790_000_000_000;
const threats = parseThreats(
  JSON.parse(
    threatRelease(
      [
        { range: '203.0.113.7', score: 237, tier: 'block' },
        { range: '203.0.113.8', score: 160, tier: 'challenge' },
        { range: '203.0.113.9', score: 110, tier: 'rate_limit' },
      ],
      [{ range: '198.51.100.0/24', note: 'a crawler' }],
    ),
  ),
);
const model = parseModel(weights);
if (!threats.ok || !model.ok) throw new Error('what comes with the shield cannot be read');
const entry = (range: string, source: string) => ({ range, source, reason: 'r', since: 0 });
const snapshot = {
  active: [],
  model: compileModel(model.value),
  threats: threats.value,
  policy: defaultPolicy({}),
  response: DEFAULT_RESPONSE,
  blocklist: compileBlocklist({
    entries: [
      entry('198.51.100.1', 'operator'),
      entry('198.51.100.2', 'reputation'),
      entry('203.0.113.7', 'operator'),
      entry('AS64500', 'operator'),
    ],
  }),
};
const meet = (ip: string, remembered = 0, asn?: number) => judgeNow(snapshot, readAddress(ip), asn, remembered, NOW);

test.each([
  // A person's entry is stronger than the allow-list and than the feeds, the machine's is weaker than the allow-list.
  ['198.51.100.1', 0, 'block', 'blocklist'],
  ['198.51.100.2', 0, 'pass', 'none'],
  ['203.0.113.7', 0, 'block', 'blocklist'],
  ['203.0.113.8', 0, 'challenge', 'intelligence'],
  ['203.0.113.9', 0, 'limit', 'intelligence'],
  ['192.0.2.1', 0, 'pass', 'none'],
  ['192.0.2.1', 0.2, 'pass', 'reputation'],
  // Whoever is allowed answers for each request alone.
  ['198.51.100.3', 0.99, 'pass', 'none'],
] as const)('%s with a record of %d meets %s by %s', (ip, remembered, outcome, by) => {
  expect(meet(ip, remembered)).toMatchObject({ outcome, by, says: expect.stringMatching(/^Now: .*\.$/) });
});

test('a bad record alone refuses even a plain request, and that is said', () => {
  const { outcome, by, says } = meet('192.0.2.1', 0.99);
  expect(['block', 'challenge']).toContain(outcome);
  expect(by).toBe('reputation');
  expect(says).toContain('its reputation (0.99 of 1)');
});

test('a network is blocked where it is known', () => {
  expect(meet('192.0.2.1', 0, 64_500).says).toBe('Now: blocked, by the blocklist (AS64500, set by operator).');
});
