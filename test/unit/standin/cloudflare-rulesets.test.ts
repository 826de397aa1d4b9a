import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusal, sdkFor } from '../../support/node/cloudflare/sdk.ts';
import { startCloudflareStandIn, type CloudflareStandIn } from '../../support/node/cloudflare/stand-in.ts';

const PHASE = 'http_request_firewall_custom';

let standIn: CloudflareStandIn;
let zone_id: string;
let client: ReturnType<typeof sdkFor>;

beforeEach(async () => {
  standIn = await startCloudflareStandIn({ plan: 'free', foreignLists: [{ name: 'threat_block' }] });
  zone_id = standIn.zoneId;
  client = sdkFor(standIn);
});
afterEach(() => standIn.stop());

type Rules = { action: 'block'; expression: string; ref?: string; description?: string }[];

const block = (ref: string, expression = 'ip.src in $threat_block') => ({ action: 'block' as const, expression, ref });
const putAll = (rules: Rules, dry_run = false) => client.rulesets.phases.update(PHASE, { zone_id, rules, dry_run });
const refs = () => standIn.rules().map(({ ref }) => ref);

describe('the custom rules of the stand-in', () => {
  it('have no ruleset until the first one is written', async () => {
    expect(await refusal(client.rulesets.phases.get(PHASE, { zone_id }))).toBe('404 10003');
    const made = await putAll([block('one')]);
    expect(made).toMatchObject({ kind: 'zone', phase: PHASE, version: '1', rules: [{ ref: 'one', enabled: true }] });
    expect(await client.rulesets.phases.get(PHASE, { zone_id })).toEqual(made);
  });

  it('are replaced, all of them, by a PUT', async () => {
    await putAll([block('one'), block('two')]);
    await putAll([block('three')]);
    expect(refs()).toEqual(['three']);
  });

  it('are added, changed and removed one by one, and the others stay', async () => {
    standIn.addForeignRule({ action: 'log', expression: 'http.host eq "example.com"', ref: 'theirs' });
    const { id } = await client.rulesets.phases.get(PHASE, { zone_id });
    const added = await client.rulesets.rules.create(id, { zone_id, ...block('ours') });
    expect(added).toMatchObject({ version: '2', rules: [{ ref: 'theirs' }, { ref: 'ours' }] });
    const rule = standIn.rules().find(({ ref }) => ref === 'ours');
    const path = { zone_id, ruleset_id: id };
    await client.rulesets.rules.edit(rule?.id ?? '', { ...path, enabled: false, position: { index: 1 } });
    expect(standIn.rules()).toMatchObject([
      { ref: 'ours', id: rule?.id, enabled: false, expression: 'ip.src in $threat_block', version: '2' },
      { ref: 'theirs', version: '1' },
    ]);
    await client.rulesets.rules.delete(rule?.id ?? '', path);
    expect(refs()).toEqual(['theirs']);
    expect(await refusal(client.rulesets.rules.delete(rule?.id ?? '', path))).toBe('404 10005');
  });

  it('are checked and left as they were in a dry run', async () => {
    expect(await putAll([block('one')], true)).toBeNull();
    expect(standIn.rules()).toEqual([]);
    await putAll([block('one')]);
    const { id } = await client.rulesets.phases.get(PHASE, { zone_id });
    expect(await client.rulesets.rules.create(id, { zone_id, dry_run: true, ...block('two') })).toBeNull();
    expect(await refusal(client.rulesets.rules.create(id, { zone_id, dry_run: true, ...block('one') }))).toBe(
      '400 20121',
    );
    expect(refs()).toEqual(['one']);
  });

  it('have each ref once', async () => {
    expect(await refusal(putAll([block('one'), block('one')]))).toBe('400 20121');
  });

  it.each(['ip.src in $threat_nothing', '(ip.src in $threat_block', 'http.host eq "open', 'x'.repeat(4097)])(
    'refuse the expression %.40s',
    async (expression) => {
      expect(await refusal(putAll([block('one', expression)]))).toBe('400 20127');
    },
  );

  it('do not take a dollar sign in a text for a list', async () => {
    await putAll([block('one', 'http.request.uri.path contains "$price" or ip.src in $cf.open_proxies')]);
    expect(refs()).toEqual(['one']);
  });

  it('are as many as the plan allows', async () => {
    const rules = Array.from({ length: 6 }, (_, i) => block(`rule_${i}`));
    expect(await refusal(putAll(rules))).toBe('403 20125');
    await putAll(rules.slice(1));
    expect(refs()).toHaveLength(5);
  });

  it('keep a list that they use from being deleted', async () => {
    await putAll([block('one')]);
    const { lists } = client.rules;
    const account_id = standIn.accountId;
    const id = standIn.list('threat_block')?.id ?? '';
    expect(await lists.get(id, { account_id })).toMatchObject({ num_referencing_filters: 1 });
    expect(await refusal(lists.delete(id, { account_id }))).toBe('400 10031');
    await putAll([]);
    await lists.delete(id, { account_id });
    expect(standIn.lists()).toEqual([]);
  });

  it('belong to one zone', async () => {
    expect(await refusal(client.rulesets.phases.get(PHASE, { zone_id: 'f'.repeat(32) }))).toBe('403 10000');
  });
});
