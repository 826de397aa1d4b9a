import type { EventExcerpt, EventRequest, EventRule, NumberedEvent } from '../../actors/contracts.ts';
import { element } from '../dom.ts';
import { sayLocation } from './location-words.ts';
import { drawerSection } from './section.ts';

const MODES = { detect: 'only detects', weigh: 'only weighs' } as const;
/** So many are open; more would push all else out of sight. */
const OPEN = 3;

/** The rules that matched: each on what, marked in the value as the rule saw it and as it came. */
export function describeMatches({ rules = [], ruleIds = [], request }: NumberedEvent): readonly HTMLElement[] {
  if (rules.length === 0) return [];
  const total = Math.max(rules.length, ruleIds.length);
  const told = new Set(rules.map(({ id }) => id));
  const untold = ruleIds.filter((id) => !told.has(id));
  const all = rules.map((rule) => describeMatch(rule, request));
  const rest = all.slice(OPEN);
  return [
    drawerSection(
      'matches',
      total === 1 ? 'The rule that matched' : `${total} rules matched`,
      ...all.slice(0, OPEN),
      ...(rest.length === 0
        ? []
        : [element('details', { class: 'more' }, element('summary', {}, `${rest.length} more`), ...rest)]),
      ...(untold.length === 0 ? [] : [element('p', { class: 'hint' }, `Also: ${untold.join(', ')}`)]),
    ),
  ];
}

function describeMatch(rule: EventRule, request: EventRequest | undefined): HTMLElement {
  const { id, name, score, mode, ruleset, location, matched, decodedExcerpt, rawExcerpt, transformations = [] } = rule;
  const facts = [
    `${score} points`,
    ...(rule.severity === undefined ? [] : [rule.severity]),
    ...(ruleset === undefined ? [] : [ruleset]),
    ...(mode === undefined ? [] : [MODES[mode]]),
    ...(rule.values === undefined ? [] : [`in ${rule.values} values`]),
  ];
  const steps = transformations.length === 0 ? '' : `after ${transformations.join(' → ')}`;
  const came = rule.raw === undefined ? '' : `bytes ${rule.raw[0]} to ${rule.raw[1]}`;
  return element(
    'article',
    { class: 'match' },
    element('h4', {}, name),
    element('p', { class: 'match-facts' }, element('code', {}, id), ...facts.map((fact) => element('span', {}, fact))),
    element(
      'p',
      { class: 'match-where' },
      `Matched in ${sayLocation(location, request)} `,
      element('code', { class: 'faint' }, location),
    ),
    ...(decodedExcerpt === undefined
      ? value('What matched', steps, element('code', { class: 'value-code' }, element('mark', {}, matched)))
      : value(rawExcerpt === undefined ? 'The value' : 'As the rule saw it', steps, marked(decodedExcerpt))),
    ...(rawExcerpt === undefined ? [] : value('As it came', came, marked(rawExcerpt))),
  );
}

function value(title: string, how: string, code: HTMLElement): readonly HTMLElement[] {
  return [element('p', { class: 'value-title' }, title, ...(how === '' ? [] : [element('small', {}, how)])), code];
}

/** The value with the match marked; text nodes all, whatever an attacker sent. */
function marked({ text, start, end }: EventExcerpt): HTMLElement {
  return element(
    'code',
    { class: 'value-code' },
    text.slice(0, start),
    element('mark', {}, text.slice(start, end)),
    text.slice(end),
  );
}
