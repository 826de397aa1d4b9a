import type { EnforcementStatus, ListPlan, Plan, PlanItem, RunRecord } from '../../actors/contracts.ts';
import { count, topCounts } from './counts.ts';
import { stateStyle, type Paint } from './paint.ts';
import { clip, plain } from './plain.ts';
import { facts, table } from './table.ts';
import { ago } from './when.ts';

/** Of each list's additions and removals. */
const ITEMS_SHOWN = 5;

export interface PlanShown {
  readonly hash: string | null;
  readonly plan: Plan | null;
}

export function describeEnforcementStatus(status: EnforcementStatus, now: number, paint: Paint): string {
  const { state, mode, killSwitch, listMode, origin, thresholds, edge, lists, cap, lastRun, nextRun, heldPlan } =
    status;
  const head = facts(
    [
      ['why', status.reasons.map(plain).join('; ')],
      ['mode', `${mode}${killSwitch ? `, ${paint('red', 'the kill switch is on')}` : ''}`],
      ['threats', origin],
      ['thresholds', `limit ${thresholds.rate_limit}, challenge ${thresholds.challenge}, block ${thresholds.block}`],
      ['at the edge', topCounts(edge, 4) || 'nothing'],
      ['lists', listMode ?? 'not known yet'],
      [
        'room',
        cap === null
          ? ''
          : `${count(cap.used)} of ${count(cap.limit)} on plan ${plain(cap.plan)}, ${count(cap.foreign)} of others`,
      ],
      ['last run', lastRun === null ? 'none yet' : describeRun(lastRun, now)],
      ['next run', nextRun === null ? '' : ago(nextRun, now)],
      ['held', heldPlan === null ? '' : `plan ${heldPlan.slice(0, 12)} waits: edgeshield enforce plan`],
      ['rules', status.rules.map(({ ref, state }) => `${plain(ref)} ${state}`).join(', ')],
      ['webhooks', status.webhooks.queued > 0 ? `${count(status.webhooks.queued)} queued` : ''],
    ],
    paint,
  );
  const rows = table(
    lists,
    [
      { title: 'LIST', cell: ({ displayName }) => displayName },
      { title: 'TIER', cell: ({ tier }) => tier, narrow: 'goes' },
      { title: 'OWN ITEMS', cell: ({ items }) => count(items), right: true },
      { title: 'OF OTHERS', cell: ({ foreign }) => count(foreign), right: true, narrow: 'goes' },
      { title: 'CAP', cell: ({ cap }) => count(cap), right: true },
    ],
    paint,
  );
  return [paint(stateStyle(state), state), head, ...(lists.length === 0 ? [] : ['', rows])].join('\n');
}

function describeRun({ state, trigger, startedAt, added, removed, calls, problem }: RunRecord, now: number): string {
  const done = `${count(added)} added, ${count(removed)} removed, ${count(calls)} calls`;
  return `${state} ${ago(startedAt, now)} (${trigger}): ${done}${problem === null ? '' : `; ${plain(problem)}`}`;
}

export function describePlan(plan: Plan, all: boolean, now: number, paint: Paint): string {
  const { hash, at, origin, lists, held, approved, cap } = plan;
  const waits = held.length > 0 && !approved;
  const head = facts(
    [
      ['made', `${ago(at, now)} from ${origin} threats`],
      ['hash', hash],
      ['held', waits ? held.map(plain).join('; ') : ''],
      ['room', `${count(cap.used)} of ${count(cap.limit)} on plan ${plain(cap.plan)}`],
      ['approve', waits ? `edgeshield enforce apply ${hash.slice(0, 12)}` : ''],
    ],
    paint,
  );
  const title = waits ? paint('yellow', 'The plan is held') : 'The plan';
  return [title, head, ...lists.map((list) => describeList(list, all, paint))].join('\n');
}

function describeList(list: ListPlan, all: boolean, paint: Paint): string {
  const { displayName, adds, removals, before, after, wanted, cap } = list;
  const { addCount = adds.length, removalCount = removals.length } = list;
  const room = wanted > after ? `, ${count(wanted)} wanted, cap ${count(cap)}` : '';
  const head = `${paint('bold', plain(displayName))}  ${count(before)} -> ${count(after)} items${room}`;
  return [
    head,
    ...describeItems('+', addCount, adds, all, paint),
    ...describeItems('-', removalCount, removals, all, paint),
  ].join('\n');
}

function describeItems(
  sign: '+' | '-',
  total: number,
  items: readonly PlanItem[],
  all: boolean,
  paint: Paint,
): readonly string[] {
  const shown = all ? items : items.slice(0, ITEMS_SHOWN);
  const style = sign === '+' ? 'green' : 'red';
  const lines = shown.map(
    ({ range, score, reason }) =>
      `  ${paint(style, `${sign} ${plain(range).padEnd(18)}`)} ${score.toFixed(2)}  ${clip(plain(reason), paint.width - 29)}`,
  );
  const more = total - shown.length;
  const rest = all ? 'more, not kept for display' : 'more: --all';
  return [...lines, ...(more > 0 ? [`  ${sign} ${count(more)} ${rest}`] : [])];
}
