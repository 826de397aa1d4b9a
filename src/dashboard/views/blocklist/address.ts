import type { CheckResult, ReputationState } from '../../../actors/contracts.ts';
import type { NumberedEvent } from '../../../actors/contracts.ts';
import { deskOf } from '../../desk/desk.ts';
import { expirySelect, ttlOf } from '../../desk/expiry.ts';
import { sayTtl } from '../../desk/ttl.ts';
import { button } from '../../controls/button.ts';
import { field, textInput } from '../../controls/field.ts';
import { element } from '../../dom.ts';
import { eventRow } from '../../event/event-row.ts';
import { placeOf } from '../../shell/place.ts';
import type { ViewContext } from '../../shell/view.ts';
import { sayNow, showFindings } from '../../status/check.ts';
import { moment } from '../../status/moment.ts';
import { table } from '../../status/table.ts';
import { score } from '../../status/tiers.ts';
import { chartStart, evidenceChart } from './evidence-chart.ts';

const EVENTS = 20;

/** Everything that is known of one address, and what can be done about it. */
export function mountAddress(root: HTMLElement, context: ViewContext, ip: string): () => void {
  const desk = deskOf(context);
  const verdict = element('div', { id: 'address-now', role: 'status' });
  const actions = element('section', { id: 'address-actions', class: 'card', 'aria-label': 'What to do' });
  const enforced = element('div', { id: 'address-enforced' });
  const evidence = element('div', { id: 'address-evidence' });
  const events = element('ol', { id: 'address-events', class: 'events' });
  const none = element('p', { class: 'empty' });
  root.append(
    element(
      'div',
      { class: 'heading' },
      element('h1', {}, 'Address ', element('code', { id: 'address-ip' }, ip)),
      element('a', { href: placeOf('blocklist'), 'data-view': 'blocklist' }, 'Back to the blocklist'),
    ),
    verdict,
    actions,
    element(
      'div',
      { class: 'pair' },
      element('section', { class: 'card' }, element('h2', {}, 'Intelligence, and where it is enforced'), enforced),
      element('section', { class: 'card' }, element('h2', {}, 'Evidence of the shield’s own'), evidence),
    ),
    element('section', { class: 'card' }, element('h2', {}, 'Its latest events'), events, none),
  );

  async function refresh(): Promise<void> {
    const [found, reputation, seen] = await Promise.all([
      desk.get<CheckResult>(`/check?${new URLSearchParams({ ip })}`),
      desk.get<ReputationState>(`/admin/reputation/${encodeURIComponent(ip)}`),
      desk.get<{ events: readonly NumberedEvent[] }>(
        `/admin/events?${new URLSearchParams({ ip, limit: `${EVENTS}` })}`,
      ),
    ]);
    if (found === null) {
      actions.replaceChildren(
        element('p', { class: 'empty' }, 'This cannot be looked up: is it one IPv4 or IPv6 address?'),
      );
      return;
    }
    verdict.replaceChildren(...sayNow(found));
    drawActions(found, reputation);
    enforced.replaceChildren(...showFindings(found));
    evidence.replaceChildren(...describe(reputation));
    events.replaceChildren(...(seen?.events ?? []).map((event) => eventRow(event)));
    none.textContent = (seen?.events.length ?? 0) === 0 ? 'No event of this address is kept.' : '';
  }

  function drawActions(found: CheckResult, reputation: ReputationState | null): void {
    const { blocklist } = found.enforced;
    const { allowed } = found;
    const parts: HTMLElement[] = [];
    if (blocklist === null) parts.push(blockForm());
    else {
      const path = `/admin/blocklist/${encodeURIComponent(blocklist.range)}`;
      const text = blocklist.range === ip ? 'Unblock' : `Unblock ${blocklist.range}`;
      parts.push(button(text, () => act('DELETE', path, undefined, `${blocklist.range} is no longer blocked.`)));
    }
    if (reputation !== null && (reputation.score > 0 || reputation.why.length > 0)) {
      const path = `/admin/reputation/${encodeURIComponent(ip)}`;
      parts.push(
        button('Pardon: forget its evidence', () => act('DELETE', path, undefined, 'Its evidence is forgotten.')),
      );
    }
    if (allowed === null) parts.push(allowForm());
    else if (allowed.origin === 'operator') {
      const path = `/intel/allowlist/${encodeURIComponent(allowed.range)}`;
      const text = `Take ${allowed.range} off the allow-list`;
      parts.push(button(text, () => act('DELETE', path, undefined, `${allowed.range} is no longer spared.`)));
    }
    actions.replaceChildren(...parts);
  }

  function blockForm(): HTMLElement {
    const reason = textInput({ maxlength: '200', value: 'blocked by an operator', required: '' });
    const expiry = expirySelect('Expiry');
    const form = element(
      'form',
      { id: 'address-block', class: 'row' },
      field('Block it, because', reason),
      field('For', expiry),
      element('button', { class: 'danger' }, 'Block'),
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const ttl = ttlOf(expiry);
      const body = { ip, reason: reason.value.trim(), ...ttl };
      void act('POST', '/admin/blocklist', body, `${ip} is blocked ${sayTtl(ttl)}.`);
    });
    return form;
  }

  function allowForm(): HTMLElement {
    const note = textInput({ maxlength: '200', placeholder: 'whose it is', required: '' });
    const form = element(
      'form',
      { id: 'address-allow', class: 'row' },
      field('Spare it from threat intelligence, since it is', note),
      element('button', {}, 'Allow'),
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const body = { range: ip, note: note.value.trim() };
      void act('POST', '/intel/allowlist', body, `${ip} is spared from threat intelligence.`);
    });
    return form;
  }

  async function act(method: 'POST' | 'DELETE', path: string, body: unknown, done: string): Promise<void> {
    await desk.send(method, path, body, done, ip);
    await refresh();
  }

  void refresh();
  return () => {};
}

function describe(reputation: ReputationState | null): readonly (Node | string)[] {
  if (reputation === null || reputation.why.length === 0) {
    return [
      element(
        'p',
        { class: 'empty' },
        'The shield remembers nothing bad of it. Evidence fades: half of it in an hour.',
      ),
    ];
  }
  const { why, lastSeen, firstSeen, blockedUntil } = reputation;
  const rows = why.map((one) => [moment(one.at, ''), one.category, score(one.weight), one.why]);
  return [
    element(
      'p',
      {},
      'Score ',
      element('b', {}, score(reputation.score)),
      ', first seen ',
      moment(firstSeen, 'never'),
      ', last ',
      moment(lastSeen, 'never'),
      ...(blockedUntil === null ? [] : ['; blocked by it until ', moment(blockedUntil, '')]),
      '.',
    ),
    evidenceChart(why, Date.now()),
    element('div', { class: 'chart-scale' }, moment(chartStart(why, Date.now()), ''), element('span', {}, 'now')),
    table('Evidence', ['When', 'Category', 'Weight', 'Why'], 'Weight', rows),
  ];
}
