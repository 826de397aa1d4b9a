import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../../src/edge/default-policy.ts';
import { parsePolicy, responseRules } from '../../../src/edge/policy.ts';
import { DEFAULT_RESPONSE } from '../../../src/edge/reputation/graduated-response.ts';

const policy = (enforcement: unknown) => ({ ...defaultPolicy({}), enforcement });

function rulesOf(enforcement: unknown) {
  const parsed = parsePolicy(policy(enforcement));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return responseRules(parsed.value);
}

describe('what the policy says of threats', () => {
  it('is the standard where it says nothing', () => {
    expect(responseRules(defaultPolicy({}))).toEqual(DEFAULT_RESPONSE);
    expect(rulesOf({})).toEqual(DEFAULT_RESPONSE);
  });

  it('counts for what it names', () => {
    const thresholds = { rate_limit: 0.3, challenge: 0.5, block: 0.9 };
    const conditions = [{ countries: ['T1'], asns: [64500], atLeast: 'challenge', atMost: 'block' }];
    expect(rulesOf({ thresholds, conditions })).toEqual({ ...DEFAULT_RESPONSE, thresholds, conditions });
    expect(rulesOf({ hysteresis: 0, dwellSeconds: 60 })).toMatchObject({ hysteresis: 0, dwellSeconds: 60 });
  });

  it.each([
    ['thresholds that fall', { thresholds: { rate_limit: 0.5, challenge: 0.4, block: 0.9 } }, 'enforcement.thresholds'],
    [
      'a threshold of 0',
      { thresholds: { rate_limit: 0, challenge: 0.4, block: 0.9 } },
      'enforcement.thresholds.rate_limit',
    ],
    [
      'a threshold that is missing',
      { thresholds: { challenge: 0.4, block: 0.9 } },
      'enforcement.thresholds.rate_limit',
    ],
    ['a hysteresis past one half', { hysteresis: 0.6 }, 'enforcement.hysteresis'],
    ['a dwell past a month', { dwellSeconds: 2_592_001 }, 'enforcement.dwellSeconds'],
    ['a condition that does nothing', { conditions: [{ countries: ['DE'] }] }, 'enforcement.conditions.0'],
    [
      'a condition at odds with itself',
      { conditions: [{ atLeast: 'block', atMost: 'log_only' }] },
      'enforcement.conditions.0',
    ],
    ['no country', { conditions: [{ countries: ['de'], atMost: 'block' }] }, 'enforcement.conditions.0.countries.0'],
    ['no network', { conditions: [{ asns: [0], atMost: 'block' }] }, 'enforcement.conditions.0.asns.0'],
    ['no tier', { conditions: [{ atMost: 'drop' }] }, 'enforcement.conditions.0.atMost'],
    ['a misspelt name', { tresholds: {} }, 'enforcement.tresholds'],
    [
      'too many conditions',
      { conditions: Array.from({ length: 51 }, () => ({ atMost: 'block' })) },
      'enforcement.conditions',
    ],
  ])('is refused with %s, and where', (_, enforcement, path) => {
    const parsed = parsePolicy(policy(enforcement));
    expect(parsed.ok ? [] : parsed.problems.map((problem) => problem.path)).toContain(path);
  });
});
