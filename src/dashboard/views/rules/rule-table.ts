import type { Rule, Target } from '../../../../rules/schema.ts';
import { count } from '../../count.ts';
import { element } from '../../dom.ts';
import { printJson } from '../../json-editor/print-json.ts';
import { button } from '../../controls/button.ts';
import { select } from '../../controls/field.ts';
import { moment } from '../../status/moment.ts';
import { cell } from '../../status/table.ts';
import type { RuleRow } from './rule-rows.ts';
import { RULE_MODES, type RuleMode } from './rule-mode.ts';

/** Rows drawn at once: an import of CRS has hundreds of rules, and a search finds the others. */
const SHOWN = 200;
export const MODE_TEXT: Readonly<Record<RuleMode, string>> = { block: 'Block', log: 'Log only', off: 'Off' };
const COLUMNS = ['Rule', 'Category', 'Severity', 'Mode', 'Hits', 'Last hit'] as const;

export interface RuleActions {
  /** The mode that is chosen and not published yet, if any. */
  readonly pending: (row: RuleRow) => RuleMode | undefined;
  readonly setMode: (row: RuleRow, mode: RuleMode) => void;
  readonly edit: (row: RuleRow) => void;
  readonly events: (row: RuleRow) => void;
  readonly exclusions: (row: RuleRow) => void;
}

/** The rules, each with what it does and how often it did; a row opens to show what the rule looks for. */
export function ruleTable(rows: readonly RuleRow[], opened: Set<string>, actions: RuleActions): HTMLElement {
  const rest = rows.length - SHOWN;
  const head = COLUMNS.map((name) => element('th', { scope: 'col', 'data-column': name }, name));
  return element(
    'div',
    { class: 'rules-table' },
    element(
      'table',
      { 'aria-label': 'Rules' },
      element('thead', {}, element('tr', {}, ...head)),
      element('tbody', {}, ...rows.slice(0, SHOWN).flatMap((row) => ruleRow(row, opened, actions))),
    ),
    rest > 0 ? element('p', { class: 'say hint' }, `${count.format(rest)} more: search to see them.`) : '',
  );
}

export function rowKey({ ruleset, rule }: RuleRow): string {
  return `${ruleset}/${rule.id}`;
}

function ruleRow(row: RuleRow, opened: Set<string>, actions: RuleActions): readonly HTMLElement[] {
  const { rule, use, hits, last } = row;
  const key = rowKey(row);
  const detail = element('tr', { class: 'detail' });
  const toggle = element(
    'button',
    { type: 'button', class: 'rule-name', 'aria-expanded': 'false', 'data-rule': rule.id },
    element('b', {}, rule.id),
    element('span', {}, rule.name),
  );
  const show = (open: boolean) => {
    toggle.setAttribute('aria-expanded', String(open));
    detail.hidden = !open;
    if (!open) return opened.delete(key);
    if (detail.childElementCount === 0) {
      detail.append(element('td', { colspan: String(COLUMNS.length) }, ruleDetail(row, actions)));
    }
    return opened.add(key);
  };
  toggle.addEventListener('click', () => show(detail.hidden === true));
  show(opened.has(key));

  const pending = actions.pending(row);
  const mode = select(
    `Mode of ${rule.id}`,
    RULE_MODES.map((value) => [value, MODE_TEXT[value]]),
    pending ?? use.mode,
    (value) => {
      const chosen = RULE_MODES.find((known) => known === value);
      if (chosen !== undefined) actions.setMode(row, chosen);
    },
  );
  return [
    element(
      'tr',
      { 'data-mode': pending ?? use.mode, 'data-pending': String(pending !== undefined) },
      element('th', { scope: 'row', 'data-column': 'Rule' }, toggle),
      cell('Category', element('span', { class: 'tag' }, rule.category)),
      cell('Severity', element('span', { class: 'severity', 'data-severity': rule.severity }, rule.severity)),
      cell('Mode', mode, use.because === '' ? '' : element('small', {}, use.because), ...excluded(row, actions)),
      cell('Hits', hits === 0 ? element('span', { class: 'faint' }, '0') : count.format(hits)),
      cell('Last hit', moment(last, '–')),
    ),
    detail,
  ];
}

function excluded(row: RuleRow, { exclusions }: RuleActions): readonly HTMLElement[] {
  if (row.exclusions === 0) return [];
  const text = row.exclusions === 1 ? '1 exclusion' : `${count.format(row.exclusions)} exclusions`;
  return [
    element(
      'small',
      {},
      button(text, () => exclusions(row), 'link'),
    ),
  ];
}

function ruleDetail(row: RuleRow, actions: RuleActions): HTMLElement {
  const { rule, ruleset, hits } = row;
  const facts: readonly (readonly [string, string])[] = [
    ['Ruleset', ruleset],
    ['Does', describeAction(rule)],
    ['Looks at', rule.targets.map(spellTarget).join(', ') || 'the request as a whole'],
    ['After', rule.transformations.join(', ') || 'no transformation'],
    ['Then', `${(rule.chain ?? []).length} further conditions`],
    ['Tags', rule.tags.join(', ')],
  ];
  const list = element('dl', {});
  for (const [name, value] of facts) {
    if (value === '' || (name === 'Then' && rule.chain === undefined)) continue;
    list.append(element('dt', {}, name), element('dd', {}, value));
  }
  return element(
    'div',
    { class: 'rule-detail' },
    list,
    element('pre', { tabindex: '0', 'aria-label': `What ${rule.id} looks for` }, printJson(rule.operator)),
    element(
      'div',
      { class: 'acts' },
      button('Edit this rule', () => actions.edit(row)),
      ...(hits === 0 ? [] : [button('Show its events', () => actions.events(row))]),
    ),
  );
}

function describeAction({ action, score, phase = 2, paranoia = 1 }: Rule): string {
  const does = { block: 'blocks', log: 'tells', pass: 'works without being told' }[action];
  return `${does}, adds ${score} to the score, in phase ${phase} at paranoia level ${paranoia}`;
}

/** As SecLang writes it. */
function spellTarget({ collection, selector, pattern, exclude, count: counts }: Target): string {
  const member = selector ?? (pattern === undefined ? undefined : `/${pattern}/`);
  return `${exclude === true ? '!' : ''}${counts === true ? '&' : ''}${collection}${member === undefined ? '' : `:${member}`}`;
}
