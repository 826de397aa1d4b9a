import { describe, expect, test } from 'vitest';
import {
  ACCOUNT_PLANS,
  type AccountList,
  chooseListMode,
  readAccountPlan,
} from '../../../src/actors/enforcement/account-plan.ts';

const list = (name: string, kind = 'ip'): AccountList => ({ id: name, name, kind, items: 0 });
const { free, pro } = ACCOUNT_PLANS;

test('CF_PLAN names what an account may have; without it the smallest is supposed', () => {
  expect(readAccountPlan(undefined)).toBe(free);
  expect(readAccountPlan('  Business ')).toMatchObject({ lists: 10, items: 10_000 });
  expect(readAccountPlan('enterprise')).toMatchObject({ lists: 1000, items: 500_000 });
  expect(readAccountPlan('platinum')).toBeNull();
  expect(readAccountPlan('toString')).toBeNull();
});

describe('which lists an account has room for', () => {
  test.each([
    ['free, empty', free, [], 'single-list'],
    ['free, our list is there', free, [list('threat_block')], 'single-list'],
    ['free, the place is taken', free, [list('office')], 'worker-only'],
    [
      'free, the place is taken by a redirect list, which does not count',
      free,
      [list('go', 'redirect')],
      'single-list',
    ],
    ['pro, empty', pro, [], 'three-lists'],
    ['pro, room for two', pro, Array.from({ length: 8 }, (_, i) => list(`x${i}`)), 'single-list'],
    [
      'pro, full but ours are there',
      pro,
      [...Array.from({ length: 9 }, (_, i) => list(`x${i}`)), list('threat_block')],
      'single-list',
    ],
    [
      'pro, one of ours is there and room for the others',
      pro,
      [...Array.from({ length: 7 }, (_, i) => list(`x${i}`)), list('threat_challenge')],
      'three-lists',
    ],
    [
      'free, but all three are there',
      free,
      [list('threat_block'), list('threat_challenge'), list('threat_rate_limit')],
      'three-lists',
    ],
    ['our name is taken by a list of another kind', pro, [list('threat_block', 'hostname')], 'worker-only'],
    ['a name that matters less is taken', pro, [list('threat_rate_limit', 'redirect')], 'single-list'],
  ] as const)('%s', (_, plan, lists, mode) => {
    expect(chooseListMode(plan, lists)).toBe(mode);
  });

  test('an account that was found to allow fewer is believed', () => {
    expect(chooseListMode(pro, [list('threat_block')], 1)).toBe('single-list');
    expect(chooseListMode(pro, [list('office')], 1)).toBe('worker-only');
  });
});
