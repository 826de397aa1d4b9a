import type { NumberedEvent } from '../../actors/contracts.ts';
import { element } from '../dom.ts';
import { countryName } from '../geo/country-name.ts';
import type { ViewContext } from '../shell/view.ts';
import { copyButton } from './copy-button.ts';

/** Who asked for what, and by which number the request can be found again. */
export function describeFacts(event: NumberedEvent, toast: ViewContext['toast']): HTMLElement {
  const { client, request } = event;
  const country = client?.country === undefined || client.country === null ? '' : countryName(client.country);
  const place = [client?.city, country].filter(Boolean).join(', ');
  const network = [client?.asn === undefined ? '' : `AS${client.asn}`, client?.organization].filter(Boolean).join(' ');
  const signals = [...(event.bot?.signals ?? []), ...(event.reputation?.signals ?? [])];
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Client', [client?.ip, place, network].filter(Boolean).join(' · ')],
    ['Host', request?.host],
    ['Route', request?.route],
    ['User agent', request?.userAgent],
    ['Signs', signals.map((signal) => `${signal.name.replaceAll('_', ' ')} ${signal.weight.toFixed(2)}`).join(', ')],
    ['Excluded', event.excluded?.join(', ')],
    ['Judged by', event.seq === 0 ? '' : `release ${event.seq}`],
  ];
  const list = element('dl', { class: 'drawer-facts' });
  for (const [name, value] of facts) {
    if (value !== undefined && value !== '') list.append(element('dt', {}, name), element('dd', {}, value));
  }
  const name = event.kind === 'system' ? 'the event’s id' : 'the request id';
  list.append(
    element('dt', {}, event.kind === 'system' ? 'Id' : 'Request id'),
    element('dd', {}, element('code', {}, event.id), ' ', copyButton('Copy', name, event.id, toast)),
  );
  return list;
}
