import { BaseBulkOperations } from 'cloudflare/resources/rules/lists/bulk-operations';
import { BaseItems } from 'cloudflare/resources/rules/lists/items';
import { BaseLists } from 'cloudflare/resources/rules/lists/lists';
import { BasePhases } from 'cloudflare/resources/rulesets/phases/phases';
import { BaseRules } from 'cloudflare/resources/rulesets/rules';
import { createClient } from 'cloudflare/tree-shakable';
import * as v from 'valibot';
import { readFailure } from './api-failure.ts';
import type { ApiResult, ListsApi, RuleDraft, RulesApi } from './lists-api.ts';

/** Cloudflare's own API, where `CF_API_BASE_URL` names no other. */
const BASE_URL = 'https://api.cloudflare.com/client/v4';
/** For the head of an answer: most come within a second, and alarms have fifteen minutes. */
const TIMEOUT_MS = 15_000;
/** For the whole of it: the SDK does not watch a body that never ends. */
const ANSWER_MS = 20_000;
/** The most that Cloudflare gives. */
const PAGE_SIZE = 500;
const PHASE = 'http_request_firewall_custom';

export interface ApiSettings {
  /** A secret: it goes into the header of each call and nowhere else. */
  readonly token: string;
  readonly accountId: string;
  /** Absent: no custom rules. */
  readonly zoneId?: string | undefined;
  readonly baseUrl?: string | undefined;
  /** Milliseconds for the head of an answer, 15,000 by default. */
  readonly timeoutMs?: number;
}

export interface CloudflareApi {
  readonly lists: ListsApi;
  readonly rules: RulesApi | null;
}

const List = v.pipe(
  v.object({ id: v.string(), name: v.string(), kind: v.string(), num_items: v.number() }),
  v.transform(({ id, name, kind, num_items }) => ({ id, name, kind, items: num_items })),
);
const Items = v.array(v.object({ id: v.string(), ip: v.string(), comment: v.optional(v.nullable(v.string()), '') }));
const Started = v.object({ operation_id: v.pipe(v.string(), v.minLength(1)) });
const Operation = v.object({
  status: v.picklist(['pending', 'running', 'completed', 'failed']),
  error: v.optional(v.nullable(v.string()), null),
});
const Entrypoint = v.object({
  id: v.string(),
  rules: v.optional(
    v.array(
      v.object({
        id: v.string(),
        ref: v.optional(v.string(), ''),
        action: v.optional(v.string(), ''),
        expression: v.optional(v.string(), ''),
        description: v.optional(v.string(), ''),
        enabled: v.optional(v.boolean(), true),
      }),
    ),
    [],
  ),
});

/**
 * The official SDK, of which only these resources are bundled. It tries nothing twice and waits for nothing: it honours
 * `retry-after` without a bound, and an actor must not sleep; the alarm tries again.
 */
export function connectCloudflare({ token, accountId, zoneId, baseUrl, timeoutMs }: ApiSettings): CloudflareApi {
  const client = createClient({
    resources: [BaseLists, BaseItems, BaseBulkOperations, BasePhases, BaseRules],
    apiToken: token,
    apiKey: null,
    apiEmail: null,
    userServiceKey: null,
    baseURL: baseUrl ?? BASE_URL,
    maxRetries: 0,
    timeout: timeoutMs ?? TIMEOUT_MS,
    logLevel: 'off',
  });
  const account = { account_id: accountId };
  let calls = 0;

  /** One call; what it answers is parsed here, and whatever goes wrong is a value from here on. */
  async function call<T>(make: (options: { signal: AbortSignal }) => Promise<T>): Promise<ApiResult<T>> {
    calls += 1;
    const late = new AbortController();
    // Not `AbortSignal.timeout`: its timer goes on after the answer, and keeps the object in memory for as long.
    const timer = setTimeout(() => late.abort(), ANSWER_MS);
    try {
      return { ok: true, value: await make({ signal: late.signal }) };
    } catch (error) {
      return readFailure(error, token);
    } finally {
      clearTimeout(timer);
    }
  }

  const lists: ListsApi = {
    get calls() {
      return calls;
    },
    lists: () =>
      call(async (options) => v.parse(v.array(List), (await client.rules.lists.list(account, options)).result)),
    createList: (name, description) =>
      call(async (options) =>
        v.parse(List, await client.rules.lists.create({ ...account, kind: 'ip', name, description }, options)),
      ),
    items: (list, { cursor, search }) =>
      call(async (options) => {
        const query = {
          per_page: PAGE_SIZE,
          ...(cursor ? { cursor } : {}),
          ...(search === undefined ? {} : { search }),
        };
        const page = await client.rules.lists.items.list(list, { ...account, ...query }, options);
        const items = v.parse(Items, page.result).map((item) => ({ ...item, comment: item.comment ?? '' }));
        return { items, cursor: page.result_info?.cursors?.after ?? null };
      }),
    addItems: (list, items) =>
      call(async (options) => {
        const started = await client.rules.lists.items.create(list, { ...account, body: [...items] }, options);
        return v.parse(Started, started).operation_id;
      }),
    deleteItems: (list, ids) =>
      call(async (options) => {
        const items = ids.map((id) => ({ id }));
        const started = await client.rules.lists.items.delete(list, { ...account, items }, options);
        return v.parse(Started, started).operation_id;
      }),
    operation: (id) =>
      call(async (options) => v.parse(Operation, await client.rules.lists.bulkOperations.get(id, account, options))),
  };
  return { lists, rules: zoneId === undefined || zoneId === '' ? null : connectRules(zoneId) };

  function connectRules(zone_id: string): RulesApi {
    let made = 0;
    const ruleCall = <T>(make: (options: { signal: AbortSignal }) => Promise<T>) => {
      made += 1;
      return call(make);
    };
    const { phases, rules } = client.rulesets;
    return {
      get calls() {
        return made;
      },
      entrypoint: async () => {
        const found = await ruleCall(async (options) =>
          v.parse(Entrypoint, await phases.get(PHASE, { zone_id }, options)),
        );
        return !found.ok && found.kind === 'not-found' ? { ok: true, value: null } : found;
      },
      createEntrypoint: (drafts, dryRun) =>
        ruleCall(async (options) => {
          await phases.update(PHASE, { zone_id, ...dry(dryRun), rules: drafts.map(ruleBody) }, options);
          return null;
        }),
      addRule: (ruleset, draft, dryRun) =>
        ruleCall(async (options) => {
          await rules.create(ruleset, { zone_id, ...dry(dryRun), ...ruleBody(draft) }, options);
          return null;
        }),
      changeRule: (ruleset_id, id, draft, enabled, dryRun) =>
        ruleCall(async (options) => {
          await rules.edit(id, { ruleset_id, zone_id, ...dry(dryRun), ...ruleBody(draft), enabled }, options);
          return null;
        }),
      removeRule: (ruleset_id, id) =>
        ruleCall(async (options) => {
          await rules.delete(id, { ruleset_id, zone_id }, options);
          return null;
        }),
    };
  }
}

function ruleBody({ ref, action, expression, description }: RuleDraft) {
  return { ref, action, expression, description, enabled: true } as const;
}

/** Left out where it is not meant: what `false` means there is not documented. */
function dry(dryRun: boolean): { dry_run?: true } {
  return dryRun ? { dry_run: true } : {};
}
