import type { DryRun } from '../../../edge/hindsight/dry-run.ts';
import { order } from '../../control/ask.ts';
import { count } from '../../count.ts';
import { element } from '../../dom.ts';
import { OUTCOME_NAMES } from '../../outcome-names.ts';
import { notice } from '../../controls/notice.ts';
import { moment } from '../../status/moment.ts';

/** As many as the control plane tries at once. */
const TRIED = 20;
/** Hits named before the rest is told as a number. */
const SHOWN = 12;

/**
 * Holds the rules that a draft changes against recent events. `ids`: those that were added or changed; `openEvent` shows one.
 */
export async function tryRules(
  draft: unknown,
  ids: readonly string[],
  openEvent: (id: string) => void,
): Promise<readonly HTMLElement[]> {
  const changed = rulesOf(draft).filter((rule) => ids.includes(rule.id));
  if (changed.length === 0) return [];
  if (changed.length > TRIED) {
    return [notice(`${count.format(changed.length)} rules change: too many to hold against recent events at once.`)];
  }
  const reply = await order<DryRun>('/admin/rules/dry-run', { rules: changed });
  if (reply.kind !== 'ok') return [notice(reply.text, 'problem')];
  const { events, since, matches, allowed, fresh, hits } = reply.value;
  if (events === 0) return [notice('There are no recent events to hold the changed rules against.')];
  const said = element(
    'p',
    { class: 'trial-said' },
    `Of the last ${count.format(events)} events, since `,
    moment(since, ''),
    ', what you changed matches ',
    element('b', {}, count.format(matches)),
    ', of which ',
    element('b', { 'data-warn': String(allowed > 0) }, count.format(allowed)),
    `${allowed === 1 ? ' was' : ' were'} allowed; ${count.format(fresh)} of them are new to these rules.`,
  );
  const rows = hits.slice(0, SHOWN).map(({ id, at, outcome, method, path, rules }) => {
    const request = element('button', { type: 'button', class: 'link' }, `${method} ${path}`);
    request.addEventListener('click', () => openEvent(id));
    const found = rules.map(({ location, matched }) => [
      ' in ',
      element('code', {}, location),
      ' ',
      element('mark', {}, matched),
    ]);
    return element(
      'li',
      { 'data-outcome': outcome },
      element('span', { class: 'outcome' }, OUTCOME_NAMES[outcome] ?? outcome),
      ' ',
      request,
      ...(found[0] ?? []),
      ' ',
      moment(at, ''),
    );
  });
  const rest = matches - rows.length;
  return [
    said,
    ...(rows.length === 0 ? [] : [element('ul', { class: 'matches trial' }, ...rows)]),
    ...(rest > 0 ? [notice(`and ${count.format(rest)} more`)] : []),
  ];
}

function rulesOf(draft: unknown): readonly { readonly id: string }[] {
  if (typeof draft !== 'object' || draft === null || !('rules' in draft) || !Array.isArray(draft.rules)) return [];
  const rules: readonly unknown[] = draft.rules;
  return rules.flatMap((rule) =>
    typeof rule === 'object' && rule !== null && 'id' in rule && typeof rule.id === 'string'
      ? [{ ...rule, id: rule.id }]
      : [],
  );
}
