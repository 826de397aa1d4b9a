import type { EventRule, NumberedEvent } from '../actors/contracts.ts';
import { element } from './dom.ts';

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

export const OUTCOME_NAMES: Readonly<Record<string, string>> = {
  allow: 'Allowed',
  log: 'Logged',
  challenge: 'Challenged',
  block: 'Blocked',
  limit: 'Limited',
  notice: 'Notice',
  error: 'Error',
};

/** One event: a line that opens to show its evidence. */
export function eventRow(event: NumberedEvent): HTMLElement {
  const at = new Date(event.at);
  const request = event.request;
  const summary = element(
    'summary',
    {},
    element('time', { datetime: at.toISOString(), title: moment.format(at) }, clock.format(at)),
    element('span', { class: 'outcome' }, OUTCOME_NAMES[event.outcome] ?? event.outcome),
    element('span', { class: 'request' }, request === undefined ? 'EdgeShield' : `${request.method} ${request.path}`),
    element('span', { class: 'client' }, [event.client?.ip, event.client?.country].filter(Boolean).join(' ')),
    element('span', { class: 'reason' }, event.reason),
  );
  const details = element('details', {}, summary);
  // Most rows are never opened: their evidence is built when it is asked for.
  details.addEventListener('toggle', () => details.append(evidence(event)), { once: true });
  return element('li', { class: 'event', 'data-outcome': event.outcome }, details);
}

function evidence(event: NumberedEvent): HTMLElement {
  const { client, request } = event;
  const place = [client?.city, client?.country].filter(Boolean).join(', ');
  const network = [client?.asn === undefined ? '' : `AS${client.asn}`, client?.organization].filter(Boolean).join(' ');
  const signals = [...(event.bot?.signals ?? []), ...(event.reputation?.signals ?? [])];
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Score', event.score?.toFixed(3)],
    ['Host', request?.host],
    ['Route', request?.route],
    ['User agent', request?.userAgent],
    ['From', [place, network].filter(Boolean).join(' · ')],
    ['Signals', signals.map((signal) => `${signal.name} ${signal.weight.toFixed(2)}`).join(', ')],
    ['Actor failed', event.failed === undefined ? '' : `the route fails ${event.failed}`],
    ['Kept away by exclusions', event.excluded?.join(', ')],
    ['Request id', event.id],
    ['Event', `number ${event.n}, judged by release ${event.seq}`],
  ];
  const list = element('dl', {});
  for (const [name, value] of facts) {
    if (value !== undefined && value !== '') list.append(element('dt', {}, name), element('dd', {}, value));
  }
  const matches = (event.rules ?? []).map((rule) =>
    element(
      'div',
      { class: 'match' },
      element('b', {}, rule.id),
      ` ${rule.name} (${rule.score})${rule.mode === undefined ? '' : `, ${MODES[rule.mode]},`} in `,
      element('span', {}, rule.location),
      element('code', {}, rule.matched),
      describeOrigin(rule),
    ),
  );
  return element('div', { class: 'details' }, ...matches, list);
}

const MODES = { detect: 'which only tells', weigh: 'which only weighs' } as const;

/** `crs, after urlDecodeUni, lowercase, bytes 4 to 12`: whose rule it is, and where in the value as it came its match stands. */
function describeOrigin({ ruleset, transformations = [], raw }: EventRule): string {
  const steps = transformations.length === 0 ? '' : `after ${transformations.join(', ')}`;
  const place = raw === undefined ? '' : `bytes ${raw[0]} to ${raw[1]}`;
  const parts = [ruleset ?? '', steps, place].filter((part) => part !== '');
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`;
}
