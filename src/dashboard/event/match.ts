import type { EventExcerpt, EventRule, NumberedEvent } from '../../actors/contracts.ts';
import { element } from '../dom.ts';
import { falsePositiveForm } from './false-positive.ts';

const MODES = { detect: 'which only tells', weigh: 'which only weighs' } as const;

/** One rule that matched: on what, marked in the value as the rule saw it and as it came, and the way to take it back. */
export function describeMatch(rule: EventRule, event: NumberedEvent): HTMLElement {
  const { decodedExcerpt, rawExcerpt } = rule;
  const node = element(
    'div',
    { class: 'match' },
    element('b', {}, rule.id),
    ` ${rule.name} (${rule.score})${rule.mode === undefined ? '' : `, ${MODES[rule.mode]},`} in `,
    element('span', {}, rule.location),
    decodedExcerpt === undefined ? element('code', {}, rule.matched) : marked(decodedExcerpt),
    describeOrigin(rule),
    ...(rawExcerpt === undefined ? [] : [element('span', { class: 'as-it-came' }, 'as it came'), marked(rawExcerpt)]),
  );
  const open = element('button', { type: 'button', class: 'quiet' }, 'False positive…');
  open.addEventListener('click', () => open.replaceWith(falsePositiveForm(rule, event)), { once: true });
  node.append(element('div', { class: 'acts' }, open));
  return node;
}

/** The value with the match marked; text nodes all, whatever an attacker sent. */
function marked({ text, start, end }: EventExcerpt): HTMLElement {
  return element('code', {}, text.slice(0, start), element('mark', {}, text.slice(start, end)), text.slice(end));
}

/** `crs, after urlDecodeUni, lowercase, bytes 4 to 12`: whose rule it is, and where in the value as it came its match stands. */
function describeOrigin({ ruleset, transformations = [], raw }: EventRule): string {
  const steps = transformations.length === 0 ? '' : `after ${transformations.join(', ')}`;
  const place = raw === undefined ? '' : `bytes ${raw[0]} to ${raw[1]}`;
  const parts = [ruleset ?? '', steps, place].filter((part) => part !== '');
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`;
}
