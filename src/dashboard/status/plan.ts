import type { ListPlan, Plan, PlanItem } from '../../actors/contracts.ts';
import { count } from '../count.ts';
import { byId, element } from '../dom.ts';
import { moment } from './moment.ts';
import { fill } from './region.ts';
import { table } from './table.ts';
import { score } from './tiers.ts';

/** Items shown of a list's additions, and of its removals: a plan may hold ten thousand, and nobody reads so many. */
const SHOWN = 100;

/** The plan as it stands, and the question whether to apply it. `heldPlan`: the hash of the plan that waits for an approval. */
export function drawPlan(plan: Plan | null, heldPlan: string | null): void {
  const held = plan !== null && plan.hash === heldPlan;
  byId('held').hidden = plan === null || plan.held.length === 0 || plan.approved;
  byId('approve').hidden = !held;
  fill('held-because', held, () => [
    held ? 'It is held because:' : 'Where lists are written, it would be held because:',
  ]);
  fill('plan-summary', plan === null ? null : [plan.hash, plan.at, plan.approved, held], () => summary(plan, held));
  fill('held-reasons', plan?.held ?? [], () => (plan?.held ?? []).map((reason) => element('li', {}, reason)));
  fill('approve', plan?.hash ?? null, () => (plan === null ? [] : [`Approve plan ${plan.hash.slice(0, 8)}`]));
  fill('plan-lists', plan?.hash ?? null, () =>
    plan === null ? [] : plan.lists.filter((list) => isMeant(plan, list)).map(listRow),
  );
  const changes = plan !== null && plan.lists.some(hasChanges);
  byId('plan-details').hidden = !changes;
  fill('plan-items', plan?.hash ?? null, () => (plan === null ? [] : plan.lists.filter(hasChanges).flatMap(items)));
}

/** With room for one list in the account, the plan's others are empty and stay so. */
function isMeant({ listMode }: Plan, { before, after }: ListPlan): boolean {
  return listMode === 'three-lists' || before + after > 0;
}

function hasChanges(plan: ListPlan): boolean {
  return addCount(plan) + removalCount(plan) > 0;
}

function addCount({ adds, addCount }: ListPlan): number {
  return addCount ?? adds.length;
}

function removalCount({ removals, removalCount }: ListPlan): number {
  return removalCount ?? removals.length;
}

function summary(plan: Plan | null, held: boolean): readonly (Node | string)[] {
  if (plan === null) return ['No plan yet: the first run makes one.'];
  const hash = element('code', { title: plan.hash }, plan.hash.slice(0, 8));
  const verdict = held ? ' waits for an approval.' : plan.approved ? ' was approved.' : '';
  const change = plan.lists.some(hasChanges) ? '' : ' Nothing to change.';
  return ['Plan ', hash, verdict === '' ? ' made ' : `${verdict} Made `, moment(plan.at, ''), '.', change];
}

function listRow(plan: ListPlan): HTMLElement {
  const { displayName, before, after, wanted, cap } = plan;
  const left =
    wanted > after ? `; ${count.format(wanted - after)} more do not fit under the cap of ${count.format(cap)}` : '';
  return element(
    'li',
    {},
    element('b', {}, displayName),
    element('span', { class: 'delta' }, delta(plan)),
    element('small', {}, `from ${count.format(before)} to ${count.format(after)} items${left}`),
  );
}

function delta(plan: ListPlan): string {
  const added = addCount(plan);
  const removed = removalCount(plan);
  const parts = [added > 0 ? `+${count.format(added)}` : '', removed > 0 ? `−${count.format(removed)}` : ''];
  return parts.filter((part) => part !== '').join('  ') || 'no change';
}

function items(plan: ListPlan): readonly Node[] {
  const { displayName, adds, removals } = plan;
  return [
    ...itemTable(`Added to ${displayName}`, adds, addCount(plan)),
    ...itemTable(`Removed from ${displayName}`, removals, removalCount(plan)),
  ];
}

function itemTable(title: string, list: readonly PlanItem[], total: number): readonly Node[] {
  if (total === 0) return [];
  const rows = list
    .slice(0, SHOWN)
    .map((item) => [element('code', {}, item.range), score(item.score), item.sources.join(', '), item.reason]);
  const rest = total - rows.length;
  return [
    element('h3', {}, `${title}: ${count.format(total)}`),
    table(title, ['Address', 'Score', 'Sources', 'Why'], 'Score', rows),
    ...(rest <= 0 ? [] : [element('p', { class: 'faint' }, `and ${count.format(rest)} more`)]),
  ];
}
