import * as v from 'valibot';
import type { Plan } from '../../actors/contracts.ts';
import { problemResponse } from '../pages/problem.ts';
import { judgeNow } from '../address-now.ts';
import { namesOneClient, readAddress } from '../reputation/client-key.ts';
import type { Change } from './audit-trail.ts';
import { actorProblem, answerResponse, invalidResponse, jsonResponse } from './json-response.ts';
import { operation, type Call } from './operation.ts';
import { readJson } from './read-json.ts';

const listPlan = operation({
  method: 'get',
  path: '/enforcement/plan',
  id: 'showPlan',
  summary: "What the last run would change, or changed, in the account's lists, with reasons; `held` says why it waits",
  tag: 'enforcement',
  access: 'operator',
  responses: { 200: { description: 'The plan, `null` before the first; its lists in short beside it' } },
  handle: async ({ actors, requestId }) => answerResponse(await actors.enforcementPlan(), requestId, describePlan),
});

const approvePlan = operation({
  method: 'post',
  path: '/enforcement/plan/{hash}/approve',
  id: 'approvePlan',
  summary: 'Apply the held plan of this hash, and no other',
  tag: 'enforcement',
  access: 'operator',
  scope: 'enforcement:write',
  params: v.strictObject({ hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be the hash of a plan')) }),
  responses: {
    200: { description: 'Approved: it is being applied' },
    409: { description: 'There is no such plan any more: the threats have changed since' },
  },
  async handle({ actors, requestId, params, client, note }) {
    // For the audit log: afterwards the plan may be another.
    const seen = await actors.enforcementPlan();
    if (seen.ok && seen.value?.hash === params.hash) note(notePlan(seen.value));
    const answer = await actors.approvePlan(params.hash, client);
    if (!answer.ok) return actorProblem(answer, requestId);
    if (answer.value.approved) return jsonResponse({ ...answer.value, timestamp: isoNow() });
    const detail = answer.value.problem ?? 'No plan of this hash waits for an approval.';
    return problemResponse(
      { status: 409, kind: 'plan-changed', title: 'The plan was not approved', detail },
      requestId,
    );
  },
});

const listRuns = operation({
  method: 'get',
  path: '/enforcement/runs',
  id: 'listRuns',
  summary: 'The last runs, newest first',
  tag: 'enforcement',
  access: 'operator',
  query: v.strictObject({
    limit: v.optional(
      v.pipe(
        v.string(),
        v.regex(/^\d{1,4}$/, 'must be a whole number'),
        v.transform(Number),
        v.minValue(1),
        v.maxValue(50),
      ),
      '50',
    ),
  }),
  responses: { 200: { description: 'The runs' } },
  handle: async ({ actors, requestId, query }) =>
    answerResponse(await actors.enforcementRuns(query.limit), requestId, (runs) => ({ runs })),
});

const showStatus = operation({
  method: 'get',
  path: '/enforcement/status',
  id: 'showEnforcement',
  summary: 'State, mode, thresholds, counts at the edge and in the lists, last and next run',
  tag: 'enforcement',
  access: 'operator',
  responses: { 200: { description: 'The status' } },
  handle: async ({ actors, requestId }) =>
    answerResponse(await actors.enforcementStatus(), requestId, (status) => ({ ...status, timestamp: isoNow() })),
});

const killSwitchOn = operation({
  method: 'post',
  path: '/enforcement/kill-switch',
  id: 'killSwitchOn',
  summary:
    'Empty own items of every list and the edge\'s threats, and keep them empty; `{"on": false}` is the same as DELETE',
  tag: 'enforcement',
  access: 'operator',
  scope: 'enforcement:write',
  responses: { 200: { description: 'The status' }, 422: { description: '`on` is not a boolean' } },
  async handle({ request, actors, requestId, client, refresh, note }) {
    const wish = await readWish(request);
    if (!wish.ok) return problemResponse(wish.problem, requestId);
    const parsed = v.safeParse(Wish, wish.data);
    if (!parsed.success) return invalidResponse([{ path: 'on', message: 'must be true or false' }], requestId);
    return throwSwitch(parsed.output.on, { actors, requestId, client, refresh, note });
  },
});

const Wish = v.strictObject({ on: v.optional(v.boolean(), true) });

/** A switch can be thrown with no body at all. */
async function readWish(request: Request): ReturnType<typeof readJson> {
  if (request.body === null || request.headers.get('Content-Length') === '0') return { ok: true, text: '', data: {} };
  return readJson(request, 1024);
}

const killSwitchOff = operation({
  method: 'delete',
  path: '/enforcement/kill-switch',
  id: 'killSwitchOff',
  summary: 'Let enforcement go on: a run fills edge and lists anew',
  tag: 'enforcement',
  access: 'operator',
  scope: 'enforcement:write',
  responses: { 200: { description: 'The status' } },
  handle: (call) => throwSwitch(false, call),
});

type SwitchCall = Pick<Call<unknown, unknown, unknown>, 'actors' | 'requestId' | 'client' | 'refresh' | 'note'>;

/** Either way of asking is noted as what it did, with how the switch stood; one that stood so already was not thrown. */
async function throwSwitch(on: boolean, { actors, requestId, client, refresh, note }: SwitchCall): Promise<Response> {
  const was = await actors.enforcementStatus();
  const before = was.ok ? { kill_switch: was.value.killSwitch } : null;
  const operation = on ? killSwitchOn.id : killSwitchOff.id;
  note(before?.kill_switch === on ? null : { operation, before, after: { kill_switch: on } });
  const answer = await actors.killSwitch(on, client);
  if (answer.ok) await refresh();
  return answerResponse(answer, requestId, (status) => ({ ...status, timestamp: isoNow() }));
}

const enforce = operation({
  method: 'post',
  path: '/enforce',
  id: 'enforce',
  summary: 'A full cycle now: collect, judge, release to the edge, plan, apply as the mode allows',
  tag: 'enforcement',
  access: 'operator',
  scope: 'enforcement:write',
  responses: {
    200: { description: 'Done, held for an approval, or still under way at Cloudflare: `message` says which' },
    502: { description: 'The cycle failed: `success` is false and `message` says why' },
  },
  async handle({ actors, requestId, client, refresh, note }) {
    const answer = await actors.enforce(client);
    if (!answer.ok) return actorProblem(answer, requestId);
    await refresh();
    const { success, message, run } = answer.value;
    const { id: target, state, added, removed } = run;
    note({ target, after: { state, added, removed } });
    return jsonResponse({ success, message, timestamp: isoNow(), run }, success ? 200 : 502);
  },
});

const AsnText = v.pipe(
  v.string(),
  v.regex(/^(?:AS)?\d{1,10}$/i, 'must be the number of a network, as AS64500'),
  v.transform((text) => Number(text.replace(/^AS/i, ''))),
  v.maxValue(0xffff_ffff),
);

const check = operation({
  method: 'get',
  path: '/check',
  id: 'checkAddress',
  summary:
    'One address: what becomes of it now and by what; score, sources, tier, allow-list, where it is enforced, and why',
  tag: 'enforcement',
  access: 'operator',
  query: v.strictObject({
    ip: v.pipe(v.string(), v.trim(), v.maxLength(64)),
    /** The network it is in, `64500` or `AS64500`; without it the last event of the address tells, where one is kept. */
    asn: v.optional(AsnText),
  }),
  responses: { 200: { description: 'What is known of it' }, 422: { description: 'Not an address' } },
  async handle({ actors, requestId, query, refresh }) {
    const ip = query.ip.replace(/\/(?:64|32)$/, '');
    const address = readAddress(ip);
    if (!namesOneClient(address.key)) {
      return invalidResponse([{ path: 'ip', message: 'must be an IPv4 or IPv6 address' }], requestId);
    }
    const [answer, known, snapshot] = await Promise.all([
      actors.checkAddress(ip, query.asn),
      actors.lookUp(address.key),
      refresh(),
    ]);
    return answerResponse(answer, requestId, (found) => {
      const asn = found?.network?.asn ?? undefined;
      const now = judgeNow(snapshot, address, asn, known.ok ? known.value.score : 0, Date.now());
      return { ...found, now, why: `${now.says} ${found?.why ?? ''}`.trim(), timestamp: isoNow() };
    });
  },
});

export const enforcementOperations = [
  enforce,
  check,
  listPlan,
  approvePlan,
  listRuns,
  showStatus,
  killSwitchOn,
  killSwitchOff,
];

function describePlan(plan: Plan | null) {
  return {
    timestamp: isoNow(),
    hash: plan?.hash ?? null,
    held: plan?.held ?? [],
    approved: plan?.approved ?? false,
    lists: (plan?.lists ?? []).map(({ adds, removals, addCount, removalCount, ...list }) => ({
      ...list,
      adds: addCount ?? adds.length,
      removals: removalCount ?? removals.length,
    })),
    plan,
  };
}

/** What an approval has applied: the lists as they were, why the plan was held, and what it does to each. */
export function notePlan({ hash, held, lists }: Pick<Plan, 'hash' | 'held' | 'lists'>): Change {
  const counts = lists.map(({ displayName, before, after, adds, removals, addCount, removalCount }) => ({
    was: `${displayName} ${before}`,
    is: `${displayName} ${after}: ${addCount ?? adds.length} added, ${removalCount ?? removals.length} removed`,
  }));
  return {
    target: hash,
    before: { held, lists: counts.map(({ was }) => was) },
    after: { lists: counts.map(({ is }) => is) },
  };
}

function isoNow(): string {
  return new Date(Date.now()).toISOString();
}
