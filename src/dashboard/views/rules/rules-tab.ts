import { CATEGORIES } from '../../../../rules/schema.ts';
import type { NumberedEvent } from '../../../actors/contracts.ts';
import { RULESET_MODES, type RulesetMode } from '../../../edge/policy.ts';
import { count } from '../../count.ts';
import { element } from '../../dom.ts';
import { button } from '../../controls/button.ts';
import { notice } from '../../controls/notice.ts';
import { select } from '../../controls/field.ts';
import type { Published } from '../../releases/published.ts';
import { policyBar, type PolicyChange } from '../../releases/policy-bar.ts';
import { openShelf } from '../../shell/shelf.ts';
import { withRuleMode, withRulesetMode, RULE_MODES, type RuleMode } from './rule-mode.ts';
import { filterRows, ruleRows, type ListedRuleset, type RuleFilter, type RuleRow } from './rule-rows.ts';
import { MODE_TEXT, rowKey, ruleTable } from './rule-table.ts';
import type { RulesData } from './rules-data.ts';

const RULESET_TEXT: Readonly<Record<RulesetMode, string>> = {
  block: 'Blocks',
  weigh: 'Weighs only',
  detect: 'Tells only',
  off: 'Off',
};

interface RulesTabOptions {
  readonly events: () => readonly NumberedEvent[];
  readonly edit: (ruleset: string, index: number) => void;
  /** A rule of the site's own. */
  readonly create: () => void;
  readonly showEvents: (id: string) => void;
  readonly showExclusions: (ruleset: string, id: string) => void;
  readonly published: (result: Published, what: string) => void;
  /** The rule to open and show first. */
  readonly rule?: string;
}

export interface RulesTab {
  readonly node: HTMLElement;
  readonly draw: (data: RulesData) => void;
  readonly search: () => void;
}

/** Modes that are chosen and not published yet. */
interface ChosenModes {
  readonly rules: ReadonlyMap<string, { readonly row: RuleRow; readonly mode: RuleMode }>;
  readonly rulesets: ReadonlyMap<string, RulesetMode>;
}

/** They outlive the tab: whoever looks something up first publishes them afterwards. */
const shelf = openShelf<ChosenModes>();
const CHOSEN = 'modes';

/** The table of rules with its filters, and the modes that are chosen and wait to be published together. */
export function rulesTab(options: RulesTabOptions): RulesTab {
  const opened = new Set<string>();
  const chosen = shelf.get(CHOSEN);
  const rules = new Map(chosen?.rules);
  const rulesets = new Map(chosen?.rulesets);
  let filter: RuleFilter = { text: options.rule ?? '', category: '', ruleset: '', mode: '' };
  let data: RulesData | null = null;

  const cards = element('div', { class: 'ruleset-cards' });
  const table = element('div', {});
  const bar = policyBar({
    discard: forget,
    published: (result, changes) => options.published(result, changes.map(({ text }) => text).join(', ')),
  });
  const search = element('input', {
    type: 'search',
    'data-search': '',
    'aria-label': 'Search rules',
    placeholder: 'Search id, name or tag',
    value: filter.text,
  });
  search.addEventListener('input', () => narrow({ text: search.value }));
  const create = button('New rule', options.create, 'primary');
  const filters = element('div', { class: 'rule-filters' }, search, create);

  function narrow(change: Partial<RuleFilter>): void {
    filter = { ...filter, ...change };
    drawTable();
  }

  function drawFilters(): void {
    const names = data?.rulesets.map(({ listed }) => listed.name) ?? [];
    filters.replaceChildren(
      search,
      choice('ruleset', 'All rulesets', names),
      choice('category', 'All categories', CATEGORIES),
      choice('mode', 'All modes', RULE_MODES),
      create,
    );
  }

  function choice(key: 'category' | 'ruleset' | 'mode', all: string, values: readonly string[]): HTMLElement {
    const choices = [['', all], ...values.map((value) => [value, value] as const)] as const;
    return select(all, choices, filter[key], (value) => narrow({ [key]: value }));
  }

  function drawTable(): void {
    if (data === null) return;
    const rows = ruleRows(data.rulesets, data.policy, data.stats, options.events(), Date.now());
    const shown = filterRows(rows, filter);
    if (options.rule !== undefined && opened.size === 0) {
      const asked = rows.find(({ rule }) => rule.id === options.rule);
      if (asked !== undefined) opened.add(rowKey(asked));
    }
    table.replaceChildren(
      shown.length === 0
        ? notice('No rule is like that. Clear a filter, or search for less.')
        : ruleTable(shown, opened, {
            pending: (row) => rules.get(rowKey(row))?.mode,
            setMode: (row, mode) => {
              if (mode === row.use.mode) rules.delete(rowKey(row));
              else rules.set(rowKey(row), { row, mode });
              drawBar();
            },
            edit: ({ ruleset, index }) => options.edit(ruleset, index),
            events: ({ rule }) => options.showEvents(rule.id),
            exclusions: ({ ruleset, rule }) => options.showExclusions(ruleset, rule.id),
          }),
    );
  }

  function drawCards(): void {
    cards.replaceChildren(...(data?.rulesets ?? []).map(({ listed }) => card(listed)));
  }

  function card({ name, version, rules: size, bundled, mode }: ListedRuleset): HTMLElement {
    const choose = select(
      `Mode of ${name}`,
      RULESET_MODES.map((value) => [value, RULESET_TEXT[value]]),
      rulesets.get(name) ?? mode,
      (value) => {
        const wanted = RULESET_MODES.find((known) => known === value);
        if (wanted === undefined || wanted === mode) rulesets.delete(name);
        else rulesets.set(name, wanted);
        drawBar();
      },
    );
    const what = `${version}, ${count.format(size)} ${size === 1 ? 'rule' : 'rules'}, ${bundled ? 'built in' : 'published'}`;
    return element('div', { class: 'ruleset-card' }, element('b', {}, name), element('small', {}, what), choose);
  }

  function drawBar(): void {
    shelf.put(CHOSEN, rules.size + rulesets.size === 0 ? undefined : { rules, rulesets });
    bar.show([
      ...[...rulesets].map(([name, mode]): PolicyChange => ({
        text: `${name}: ${RULESET_TEXT[mode].toLowerCase()}`,
        apply: (policy) => withRulesetMode(policy, name, mode),
      })),
      ...[...rules.values()].map(({ row, mode }): PolicyChange => ({
        text: `${row.rule.id}: ${MODE_TEXT[mode].toLowerCase()}`,
        apply: (policy) => withRuleMode(policy, row.ruleset, row.rule.id, mode),
      })),
    ]);
  }

  function forget(): void {
    rules.clear();
    rulesets.clear();
    drawCards();
    drawTable();
    drawBar();
  }

  drawBar();
  return {
    search: () => search.focus(),
    node: element('div', { class: 'rules-tab' }, cards, filters, table, bar.node),
    draw: (fresh) => {
      const first = data === null;
      data = fresh;
      // A list that is open under the hand, or words being typed, are left alone.
      if (first || !cards.contains(document.activeElement)) drawCards();
      if (first || !filters.contains(document.activeElement)) drawFilters();
      if (!(document.activeElement instanceof HTMLSelectElement && table.contains(document.activeElement))) drawTable();
    },
  };
}
