import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserHeaders, clientAddress } from '../../scripts/traffic/clients.ts';
import { fireAt } from '../../scripts/traffic/open-loop.ts';
import type { Ruleset } from '../../rules/schema.ts';
import { startEchoOrigin, type EchoOrigin } from '../support/node/echo-origin.ts';
import { markerRule } from '../support/node/marker-rule.ts';
import { startTestShield, type TestShield } from '../support/node/shield.ts';

let origin: EchoOrigin;
let shield: TestShield;

beforeAll(async () => {
  origin = await startEchoOrigin();
  shield = await startTestShield(origin.url);
});
afterAll(async () => {
  await shield.stop();
  await origin.stop();
});

const currentRules = async () => (await shield.admin.get<{ ruleset: Ruleset }>('/admin/rules')).ruleset;

/** Without the number of the head: other releases (the watchlist) move it on. */
async function rulesInForce(): Promise<unknown> {
  const { seq: _, ...rules } = await shield.admin.get<{ seq: number }>('/admin/rules');
  return rules;
}

/** A browser that was not here before asks for a path; answers the status. */
let visitors = 0;
async function visit(path: string): Promise<number> {
  visitors += 1;
  const headers = { ...browserHeaders(visitors), 'cf-connecting-ip': clientAddress(70_000 + visitors) };
  const response = await fetch(shield.url + path, { headers });
  await response.arrayBuffer();
  return response.status;
}

async function waitForStatus(path: string, status: number): Promise<void> {
  for (;;) {
    if ((await visit(path)) === status) return;
    await sleep(20);
  }
}

test('a release takes over under traffic, whole: two rules that come together never part', async () => {
  const before = await currentRules();
  const after: Ruleset = {
    ...before,
    version: 'under-traffic',
    rules: [...before.rules, markerRule('pair-1', 'leftmarker'), markerRule('pair-2', 'rightmarker')],
  };
  // Each request carries both markers: half a snapshot would match one of the two rules.
  const seen = new Set<string>();
  const late: number[] = [];
  let sent = 0;
  let inForce = Number.POSITIVE_INFINITY;
  const fireOneSecond = (from: number) =>
    fireAt(
      shield.url,
      { rate: 100, seconds: 1 },
      (index) => {
        sent = from + index;
        const headers = { ...browserHeaders(sent), 'cf-connecting-ip': clientAddress(80_000 + sent) };
        return { method: 'GET', path: '/?a=leftmarker&b=rightmarker', headers };
      },
      (landing, index) => {
        seen.add(`${landing.status} ${String(landing.headers['x-edgeshield-decision'])}`);
        if (from + index > inForce) late.push(landing.status);
      },
    );
  // However long a busy machine takes to publish, there is traffic before, during and after.
  const fireUntilLate = async () => {
    for (let from = 0; late.length < 50; from += 100) await fireOneSecond(from);
  };
  const traffic = fireUntilLate();
  await sleep(500);
  await shield.admin.post('/admin/rules/reload', after);
  await waitForStatus('/?a=leftmarker', 403);
  inForce = sent;
  await traffic;
  expect([...seen].toSorted()).toEqual(['200 allow', '403 block']);
  expect(late.every((status) => status === 403)).toBe(true);
});

test('a bad release is refused and changes nothing', async () => {
  const before = await rulesInForce();
  const rules = await currentRules();
  const broken = { ...markerRule('broken-1', 'marker'), examples: { match: [{ path: '/?q=other' }], noMatch: [] } };
  await expect(shield.admin.post('/admin/rules/reload', { ...rules, rules: [...rules.rules, broken] })).rejects.toThrow(
    /422|400/,
  );
  expect(await rulesInForce()).toEqual(before);
});

test('a rollback puts the earlier rules in force again', async () => {
  const rules = await currentRules();
  const first = await shield.admin.post<{ seq: number }>('/admin/rules/reload', {
    ...rules,
    version: 'first',
    rules: [...rules.rules, markerRule('roll-1', 'rollmarker')],
  });
  await waitForStatus('/?q=rollmarker', 403);
  await shield.admin.post('/admin/rules/reload', { ...rules, version: 'second' });
  await waitForStatus('/?q=rollmarker', 200);
  await shield.admin.post(`/admin/releases/${first.seq}/rollback`, {});
  await waitForStatus('/?q=rollmarker', 403);
});
