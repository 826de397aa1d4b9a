import type { Exclusion } from '../../../edge/exclusions/schema.ts';
import type { Answer } from '../../control/answer.ts';
import { button } from '../../controls/button.ts';
import { notice } from '../../controls/notice.ts';
import { count } from '../../count.ts';
import { element } from '../../dom.ts';
import {
  listExclusions,
  publishExclusion,
  withdrawExclusion,
  type ListedExclusion,
} from '../../event/exclusion-acts.ts';
import type { Published } from '../../releases/published.ts';
import { placeOf } from '../../shell/place.ts';
import type { Toast } from '../../shell/toast.ts';
import { moment } from '../../status/moment.ts';
import { cell } from '../../status/table.ts';
import type { AboutRule } from './about-rule.ts';

const COLUMNS = ['Rules', 'Path', 'Where', 'Reason', 'Until', 'Hits', 'Last hit', ''] as const;
const STATES = { active: '', expired: 'over', idle: 'means no rule in force' } as const;
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });

interface ExclusionsTabOptions {
  readonly toast: Toast;
  /** Those of one rule alone. */
  readonly about?: AboutRule;
  /** A release took one out, or put one back. */
  readonly changed: (seq: number) => void;
}

/** What is let pass although a rule speaks against it: each with the way to take it back. */
export function exclusionsTab({ toast, about, changed }: ExclusionsTabOptions): HTMLElement {
  const node = element('div', { class: 'exclusions-tab' }, notice('Loading the exclusions…'));

  async function draw(): Promise<void> {
    const listed = await listExclusions();
    if (listed.kind !== 'ok') return node.replaceChildren(notice(listed.text, 'problem'));
    const shown = listed.value.filter(({ exclusion }) => about?.means(exclusion) ?? true);
    node.replaceChildren(
      ...(about === undefined
        ? []
        : [
            element(
              'p',
              { class: 'say hint' },
              `Those that take something from ${about.rule}. `,
              button(`Show all ${count.format(listed.value.length)}`, about.all, 'link'),
            ),
          ]),
      shown.length === 0 ? empty(about?.rule) : table(shown),
    );
  }

  function table(shown: readonly ListedExclusion[]): HTMLElement {
    const head = COLUMNS.map((name) =>
      name === '' ? element('td', { 'data-column': '' }) : element('th', { scope: 'col', 'data-column': name }, name),
    );
    return element(
      'div',
      { class: 'rules-table exclusions-table' },
      element(
        'table',
        { 'aria-label': 'Exclusions' },
        element('thead', {}, element('tr', {}, ...head)),
        element('tbody', {}, ...shown.map(row)),
      ),
    );
  }

  function row({ exclusion, state, hits, last }: ListedExclusion): HTMLElement {
    const { id, path, reason, expires } = exclusion;
    const remove = button('Remove', () => change(withdrawExclusion(exclusion), exclusion, true));
    remove.setAttribute('aria-label', `Remove ${id}`);
    return element(
      'tr',
      { 'data-state': state },
      element(
        'th',
        { scope: 'row', 'data-column': 'Rules' },
        element('b', {}, sayRules(exclusion)),
        element('small', {}, id),
      ),
      cell('Path', path === undefined ? 'every path' : element('code', {}, path), ...sayNarrower(exclusion)),
      cell('Where', sayWhere(exclusion)),
      cell('Reason', reason),
      cell(
        'Until',
        expires === undefined ? 'without an end' : day.format(Date.parse(expires)),
        STATES[state] === '' ? '' : element('small', {}, STATES[state]),
      ),
      cell('Hits', hits === 0 ? element('span', { class: 'faint' }, '0') : count.format(hits)),
      cell('Last hit', moment(last, '–')),
      cell('', remove),
    );
  }

  async function change(work: Promise<Answer<Published>>, exclusion: Exclusion, removed: boolean): Promise<void> {
    const answer = await work;
    if (answer.kind !== 'ok') return toast(answer.text, 'problem');
    const undo = { label: 'Undo', run: () => change(publishExclusion(exclusion), exclusion, false) };
    toast(
      removed
        ? `${exclusion.id} is removed: its rules match there again.`
        : `Undone: ${exclusion.id} is in force as before.`,
      'done',
      removed ? undo : undefined,
    );
    changed(answer.value.seq);
    await draw();
  }

  void draw();
  return node;
}

function sayRules({ rules = [], tags = [], categories = [], score }: Exclusion): string {
  const named = [
    ...rules,
    ...tags.map((tag) => `tag ${tag}`),
    ...categories.map((category) => `all ${category}`),
    ...(score === true ? ['the score'] : []),
  ];
  return named.join(', ');
}

function sayNarrower({ host, methods, rulesets }: Exclusion): readonly HTMLElement[] {
  const told = [...(host === undefined ? [] : [`on ${host}`]), ...(methods ?? []), ...(rulesets ?? [])];
  return told.length === 0 ? [] : [element('small', {}, told.join(', '))];
}

function sayWhere({ targets }: Exclusion): HTMLElement | string {
  return targets === undefined ? 'the whole request' : element('code', {}, targets.join(', '));
}

/** An empty list is where one learns how to fill it. */
function empty(rule: string | undefined): HTMLElement {
  return element(
    'div',
    { class: 'exclusions-empty' },
    element('h2', {}, rule === undefined ? 'Nothing is excluded' : `Nothing is excluded from ${rule}`),
    element(
      'p',
      {},
      'Where a rule stops what is no attack, open the event in ',
      element('a', { href: placeOf('traffic', { outcome: 'block' }), 'data-view': 'traffic' }, 'Traffic'),
      ' and press ',
      element('b', {}, 'False positive…'),
      ': it drafts the narrowest exclusion, for that rule, that path and that place. It then stands here, with what it lets pass, and can be taken back.',
    ),
  );
}
