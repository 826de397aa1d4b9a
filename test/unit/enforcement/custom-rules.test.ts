import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectCloudflare } from '../../../src/actors/enforcement/cloudflare-api.ts';
import { ensureRules, removeRules, ruleDrafts } from '../../../src/actors/enforcement/custom-rules.ts';
import type { RulesApi } from '../../../src/actors/enforcement/lists-api.ts';
import { type CloudflareStandIn, startCloudflareStandIn } from '../../support/node/cloudflare/stand-in.ts';

let cloud: CloudflareStandIn;
let rules: RulesApi;

beforeEach(async () => {
  const foreignLists = [{ name: 'threat_block' }, { name: 'threat_challenge' }];
  cloud = await startCloudflareStandIn({ plan: 'free', foreignLists });
  const { token, accountId, zoneId, url } = cloud;
  const api = connectCloudflare({ token, accountId, zoneId, baseUrl: url }).rules;
  if (api === null) throw new Error('no zone');
  rules = api;
});
afterEach(() => cloud.stop());

const drafts = ruleDrafts(['block', 'challenge', 'rate_limit']);
const made = () => cloud.calls.map(({ method, path }) => `${method} ${path.replaceAll(/[0-9a-f]{32}/g, 'x')}`);

describe('custom rules that use the lists', () => {
  test('in a zone without custom rules: the phase is begun, dry first', async () => {
    expect(await ensureRules(rules, drafts)).toEqual({
      ok: true,
      value: ['edgeshield_threat_block', 'edgeshield_threat_challenge'],
    });
    const entrypoint = '/zones/x/rulesets/phases/http_request_firewall_custom/entrypoint';
    expect(made()).toEqual([`GET ${entrypoint}`, `PUT ${entrypoint}?dry_run=true`, `PUT ${entrypoint}`]);
    expect(cloud.rules().map(({ action, enabled }) => [action, enabled])).toEqual([
      ['block', true],
      ['managed_challenge', true],
    ]);
  });

  test('beside rules of others: added one by one, dry first, the others as they were', async () => {
    cloud.addForeignRule({ action: 'skip', expression: '(ip.src eq 192.0.2.1)', ref: 'office' });
    const [office] = cloud.rules();
    await ensureRules(rules, drafts);
    expect(made().slice(1)).toEqual([
      'POST /zones/x/rulesets/x/rules?dry_run=true',
      'POST /zones/x/rulesets/x/rules',
      'POST /zones/x/rulesets/x/rules?dry_run=true',
      'POST /zones/x/rulesets/x/rules',
    ]);
    expect(cloud.rules()[0]).toEqual(office);
    expect(cloud.rules().map(({ ref }) => ref)).toEqual([
      'office',
      'edgeshield_threat_block',
      'edgeshield_threat_challenge',
    ]);
  });

  test('that are there already are left alone', async () => {
    await ensureRules(rules, drafts);
    const before = cloud.calls.length;
    const state = cloud.rules();
    await ensureRules(rules, drafts);
    expect(cloud.calls).toHaveLength(before + 1);
    expect(cloud.rules()).toEqual(state);
  });

  test('that somebody changed are mended; one that he turned off stays off', async () => {
    await ensureRules(rules, drafts);
    const [block] = cloud.rules();
    const entrypoint = await rules.entrypoint();
    if (!entrypoint.ok || entrypoint.value === null || block === undefined) throw new Error('no entrypoint');
    const changed = {
      ref: block.ref,
      action: 'managed_challenge',
      expression: block.expression,
      description: 'x',
    } as const;
    await rules.changeRule(entrypoint.value.id, block.id, changed, false, false);
    await ensureRules(rules, drafts);
    expect(cloud.rules()[0]).toMatchObject({ id: block.id, ref: block.ref, action: 'block', enabled: false });
    expect(
      made()
        .filter((call) => call.startsWith('PATCH'))
        .slice(1),
    ).toEqual(['PATCH /zones/x/rulesets/x/rules/x?dry_run=true', 'PATCH /zones/x/rulesets/x/rules/x']);
  });

  test('for which the zone has no room are refused dry: nothing is written', async () => {
    for (let i = 0; i < 5; i += 1) cloud.addForeignRule({ action: 'log', expression: `(ip.src eq 192.0.2.${i})` });
    const before = cloud.rules();
    expect(await ensureRules(rules, drafts)).toMatchObject({ ok: false, kind: 'limit' });
    expect(cloud.rules()).toEqual(before);
    expect(made().slice(1)).toEqual(['POST /zones/x/rulesets/x/rules?dry_run=true']);
  });

  test('a rule whose reply was lost is found again, not made twice', async () => {
    cloud.addForeignRule({ action: 'log', expression: '(ip.src eq 192.0.2.1)' });
    cloud.fault({ kind: 'drop-reply', match: { method: 'POST', path: /rules$/ } });
    expect(await ensureRules(rules, drafts)).toMatchObject({ ok: false, kind: 'unavailable' });
    expect(await ensureRules(rules, drafts)).toMatchObject({ ok: true });
    expect(cloud.rules()).toHaveLength(3);
  });

  test('are taken out again, and nothing else is', async () => {
    cloud.addForeignRule({ action: 'log', expression: '(ip.src eq 192.0.2.1)', ref: 'mine' });
    await ensureRules(rules, drafts);
    expect(await removeRules(rules)).toEqual({ ok: true, value: 2 });
    expect(cloud.rules().map(({ ref }) => ref)).toEqual(['mine']);
    expect(await removeRules(rules)).toEqual({ ok: true, value: 0 });
  });

  test('are only for lists that there are', () => {
    expect(ruleDrafts(['block']).map(({ ref }) => ref)).toEqual(['edgeshield_threat_block']);
    expect(ruleDrafts([])).toEqual([]);
  });
});
