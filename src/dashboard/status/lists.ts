import type { EnforcementStatus, ListState } from '../../actors/contracts.ts';
import { count } from '../count.ts';
import { element } from '../dom.ts';
import { capBar } from './bar.ts';
import { fill } from './region.ts';

/** The lists in the account against what they may hold, the custom rules that use them, and the account's cap. */
export function drawLists({ lists, cap, rules, listMode, mode }: EnforcementStatus): void {
  fill('lists', [lists, cap, rules, listMode, mode], () => {
    if (lists.length === 0) return [element('li', { class: 'empty' }, nothing(listMode, mode))];
    const rows = lists.map(listRow);
    if (cap !== null) rows.push(accountRow(cap));
    if (rules.length > 0) rows.push(ruleRow(rules));
    return rows;
  });
}

function nothing(listMode: EnforcementStatus['listMode'], mode: EnforcementStatus['mode']): string {
  if (listMode === 'worker-only') return 'The account has no room for a list: the edge alone enforces.';
  if (mode === 'apply') return 'None yet: the first run makes them.';
  return 'No list in the account is known yet. Lists need the secrets CF_API_TOKEN and CF_ACCOUNT_ID; without them the edge alone enforces.';
}

function listRow({ name, displayName, id, items, foreign, cap }: ListState): HTMLElement {
  const notes = [
    id === null ? 'not made yet' : '',
    foreign === 0 ? '' : `and ${count.format(foreign)} of others, which stay as they are`,
  ].filter((note) => note !== '');
  const figure = `${count.format(items)} of ${count.format(cap)}`;
  return element(
    'li',
    {},
    element('span', { class: 'list-name' }, element('b', {}, displayName), ' ', element('code', {}, name)),
    element('span', { class: 'figure' }, figure),
    capBar(items, foreign, cap, `${displayName}: ${figure} items${notes.map((note) => `, ${note}`).join('')}`),
    ...(notes.length === 0 ? [] : [element('small', {}, notes.join(', '))]),
  );
}

function accountRow({ plan, limit, used, foreign }: NonNullable<EnforcementStatus['cap']>): HTMLElement {
  const figure = `${count.format(used)} of ${count.format(limit)}`;
  return element(
    'li',
    { class: 'account' },
    element('span', { class: 'list-name' }, element('b', {}, 'Account'), ` ${plan} plan`),
    element('span', { class: 'figure' }, figure),
    capBar(used - foreign, foreign, limit, `Account: ${figure} items, ${count.format(foreign)} of others`),
    ...(foreign === 0 ? [] : [element('small', {}, `${count.format(foreign)} of others included`)]),
  );
}

function ruleRow(rules: EnforcementStatus['rules']): HTMLElement {
  const told = rules.flatMap(({ ref, state }, index) => [
    index === 0 ? '' : ', ',
    element('code', {}, ref),
    ` ${state}`,
  ]);
  return element('li', { class: 'rules' }, element('small', {}, 'Custom rules: ', ...told));
}
