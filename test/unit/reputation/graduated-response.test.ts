import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyConditions,
  DEFAULT_RESPONSE,
  respond,
  type ResponseRules,
  type Tier,
  TIERS,
} from '../../../src/edge/reputation/graduated-response.ts';

const HOUR = 3_600_000;
const rules = (conditions: ResponseRules['conditions']): ResponseRules => ({ ...DEFAULT_RESPONSE, conditions });
const level = (tier: Tier) => TIERS.indexOf(tier);
const held = (tier: Tier, hoursAgo: number) => ({ previous: { tier, since: 0 }, now: hoursAgo * HOUR });

const score = fc.double({ min: 0, max: 1, noNaN: true });
const tier = fc.constantFrom(...TIERS);

describe('a threat', () => {
  it.each<[number, Tier]>([
    [0, 'log_only'],
    [0.399, 'log_only'],
    [0.4, 'rate_limit'],
    [0.599, 'rate_limit'],
    [0.6, 'challenge'],
    [0.799, 'challenge'],
    [0.8, 'block'],
    [1, 'block'],
  ])('with score %d is met with %s', (value, expected) => {
    expect(respond(value, {}, DEFAULT_RESPONSE)).toBe(expected);
  });

  it('is met harder at once', () => {
    expect(respond(0.8, held('log_only', 0), DEFAULT_RESPONSE)).toBe('block');
  });

  it.each<[number, Tier]>([
    [0.79, 'block'],
    [0.65, 'block'],
    [0.649, 'challenge'],
    [0.45, 'challenge'],
    [0.449, 'rate_limit'],
    [0.25, 'rate_limit'],
    [0.249, 'log_only'],
  ])('that was blocked and fell to %d is then met with %s', (value, expected) => {
    expect(respond(value, held('block', 3), DEFAULT_RESPONSE)).toBe(expected);
  });

  it('is not met milder before the dwell is over', () => {
    expect(respond(0, held('block', 1.99), DEFAULT_RESPONSE)).toBe('block');
    expect(respond(0, held('block', 2), DEFAULT_RESPONSE)).toBe('log_only');
  });

  it('is never met milder than its score, nor harder than it was or its score', () => {
    fc.assert(
      fc.property(score, tier, fc.double({ min: 0, max: 10, noNaN: true }), (value, before, hours) => {
        const now = level(respond(value, held(before, hours), DEFAULT_RESPONSE));
        const fresh = level(respond(value, {}, DEFAULT_RESPONSE));
        expect(now).toBeGreaterThanOrEqual(fresh);
        expect(now).toBeLessThanOrEqual(Math.max(fresh, level(before)));
      }),
    );
  });

  it('that is allow-listed is only logged, whatever its score, its past and the conditions', () => {
    const hard = rules([{ atLeast: 'block' }]);
    fc.assert(
      fc.property(score, tier, (value, before) => {
        expect(respond(value, { allowed: true, ...held(before, 0) }, hard)).toBe('log_only');
      }),
    );
  });
});

describe('a condition', () => {
  const abroad = rules([{ countries: ['KP', 'T1'], atLeast: 'challenge' }]);
  const partner = rules([{ asns: [64500, 64501], atMost: 'rate_limit' }]);

  it('on a country makes the answer harder there, for whoever has any score', () => {
    expect(respond(0.1, { country: 'KP' }, abroad)).toBe('challenge');
    expect(respond(0.9, { country: 'T1' }, abroad)).toBe('block');
    expect(respond(0, { country: 'KP' }, abroad)).toBe('log_only');
    expect(respond(0.1, { country: 'DE' }, abroad)).toBe('log_only');
    expect(respond(0.1, {}, abroad)).toBe('log_only');
  });

  it('on a network makes it milder there', () => {
    expect(respond(0.95, { asn: 64501 }, partner)).toBe('rate_limit');
    expect(respond(0.95, { asn: 64502 }, partner)).toBe('block');
    expect(respond(0.1, { asn: 64500 }, partner)).toBe('log_only');
  });

  it('that names both needs both', () => {
    const both = rules([{ countries: ['NL'], asns: [64500], atMost: 'log_only' }]);
    expect(respond(0.95, { country: 'NL', asn: 64500 }, both)).toBe('log_only');
    expect(respond(0.95, { country: 'NL', asn: 1 }, both)).toBe('block');
    expect(respond(0.95, { country: 'DE', asn: 64500 }, both)).toBe('block');
  });

  it('comes after those before it: the last word counts', () => {
    const two = rules([{ atLeast: 'challenge' }, { countries: ['DE'], atMost: 'log_only' }]);
    expect(applyConditions('rate_limit', 0.5, { country: 'DE' }, two)).toBe('log_only');
    expect(applyConditions('rate_limit', 0.5, { country: 'FR' }, two)).toBe('challenge');
  });
});
