import type { BlockEntry, CheckResult, ReputationState, ThreatSource } from '../../actors/contracts.ts';
import { element } from '../dom.ts';
import { placeOf } from '../shell/place.ts';
import { hour, moment } from '../status/moment.ts';
import { ROLE_NAMES } from '../status/names.ts';
import { drawerSection } from './section.ts';
import type { Known, Standing } from './standing.ts';

/** Of the latest evidence; the address's own page has all of it. */
const EVIDENCE = 3;

/** What is known of the address: whether it is blocked, who lists it, what the shield remembers of it itself. */
export function describeAddress(standing: Standing): HTMLElement {
  const { ip } = standing.client;
  const body = element('div', { class: 'known', 'aria-live': 'polite' }, hint('Asking what is known of this address…'));
  standing.follow((known) => body.replaceChildren(...describeKnown(known)));
  return drawerSection(
    'address',
    `The address ${ip}`,
    body,
    element('a', { href: placeOf('blocklist', { ip }), 'data-view': 'blocklist' }, 'Everything known of it'),
  );
}

function describeKnown({ check, reputation }: Known): readonly HTMLElement[] {
  const parts: HTMLElement[] = [];
  if (check === null) parts.push(hint('The shield did not say what is known of it.'));
  else {
    if (check.enforced.blocklist !== null) parts.push(describeBlock(check.enforced.blocklist));
    parts.push(...describeSources(check));
  }
  if (reputation !== null) parts.push(...describeReputation(reputation));
  return parts;
}

/** By whom and why the shield's own sentence tells. */
function describeBlock({ range, since, until }: BlockEntry): HTMLElement {
  return element(
    'p',
    { class: 'blocked-now' },
    element('b', {}, `Blocked as ${range}`),
    ', set ',
    moment(since, ''),
    ...(until === undefined ? [', until it is removed'] : [', ends ', moment(until, '')]),
    '.',
  );
}

function describeSources({ why, sources }: CheckResult): readonly HTMLElement[] {
  if (sources.length === 0) return [element('p', {}, why)];
  return [
    element('p', {}, why),
    element('ul', { class: 'provenance', 'aria-label': 'Sources that list it' }, ...sources.map(describeSource)),
  ];
}

function describeSource({ id, range, role, contribution, firstSeen, lastSeen }: ThreatSource): HTMLElement {
  return element(
    'li',
    {},
    element('b', {}, id),
    element(
      'span',
      {},
      'lists ',
      element('code', {}, range),
      ', first seen ',
      hour(firstSeen),
      ', last seen ',
      hour(lastSeen),
    ),
    element('span', { class: 'counts' }, role === 'threat' ? `+${contribution.toFixed(2)}` : ROLE_NAMES[role]),
  );
}

function describeReputation({ score, lastSeen, why }: ReputationState): readonly HTMLElement[] {
  if (lastSeen === null) return [hint('The shield itself remembers nothing bad of it.')];
  return [
    element(
      'p',
      {},
      'Its reputation here: ',
      element('b', {}, score.toFixed(2)),
      ' of 1, last seen ',
      moment(lastSeen, ''),
      '. Half of it fades in an hour.',
    ),
    element(
      'ul',
      { class: 'evidence-list', 'aria-label': 'Latest evidence' },
      ...why
        .slice(0, EVIDENCE)
        .map((one) =>
          element('li', {}, moment(one.at, ''), element('span', {}, one.why), element('b', {}, one.category)),
        ),
    ),
  ];
}

function hint(text: string): HTMLElement {
  return element('p', { class: 'hint' }, text);
}
