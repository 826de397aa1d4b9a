import type { NumberedEvent } from '../../actors/contracts.ts';
import { element } from '../dom.ts';
import { describeAddress } from './address.ts';
import { describeContributions } from './contributions.ts';
import { describeLayers } from './layers.ts';
import { describeMatch } from './match.ts';

/** What an event's evidence needs of the page around it. */
export interface Acts {
  readonly toast: (message: string, kind?: 'done' | 'problem') => void;
}

/** Everything that is known of an event: its matches, each layer's part, the model's inputs, the address, and what can be done. */
export function describeEvidence(event: NumberedEvent, acts: Acts): HTMLElement {
  const matches = (event.rules ?? []).map((rule) => describeMatch(rule, event));
  return element(
    'div',
    { class: 'details' },
    ...matches,
    ...(event.layers === undefined ? [] : [describeLayers(event.layers)]),
    ...describeContributions(event),
    ...(event.client === undefined ? [] : [describeAddress(event.client, acts)]),
    describeFacts(event),
  );
}

function describeFacts(event: NumberedEvent): HTMLElement {
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
  return list;
}
