import type { BlockEntry, CheckResult, EventClient, ReputationState } from '../../actors/contracts.ts';
import type { Answer } from '../control/answer.ts';
import { ask, order, remove } from '../control/ask.ts';
import { element } from '../dom.ts';
import { placeOf } from '../shell/place.ts';
import type { Acts } from './evidence.ts';
import { rangesAround } from './ranges.ts';

const DURATIONS: readonly (readonly [seconds: string, title: string])[] = [
  ['3600', 'for an hour'],
  ['86400', 'for a day'],
  ['604800', 'for a week'],
  ['', 'until it is removed'],
];

/** What is known of the address, asked when the event is opened, and the way to block and unblock it. */
export function describeAddress({ ip, asn }: EventClient, { toast }: Acts): HTMLElement {
  const known = element('p', { class: 'hint' }, 'Asking what is known of this address…');
  const range = element('select', { 'aria-label': 'What to block' });
  range.append(...rangesAround(ip, asn).map((choice) => element('option', { value: choice.range }, choice.title)));
  const duration = element('select', { 'aria-label': 'For how long' });
  duration.append(...DURATIONS.map(([seconds, title]) => element('option', { value: seconds }, title)));
  const block = element('button', { type: 'button', class: 'danger' }, 'Block');
  const unblock = element('button', { type: 'button' }, 'Unblock');
  unblock.hidden = true;

  async function learn(): Promise<void> {
    const [check, reputation] = await Promise.all([
      ask<CheckResult>(`/check?ip=${encodeURIComponent(ip)}`),
      ask<ReputationState>(`/admin/reputation/${encodeURIComponent(ip)}`),
    ]);
    const said = [
      check.kind === 'ok' ? check.value.why : '',
      reputation.kind === 'ok' && reputation.value.lastSeen !== null
        ? `Its reputation here is ${reputation.value.score.toFixed(2)}.`
        : '',
    ];
    known.textContent = said.filter((text) => text !== '').join(' ') || 'The shield did not say what is known of it.';
    const entry = check.kind === 'ok' ? check.value.enforced.blocklist : null;
    unblock.hidden = entry === null;
    unblock.dataset['range'] = entry?.range ?? '';
  }

  block.addEventListener('click', () => {
    const wanted = range.value;
    const body = {
      ip: wanted,
      reason: 'blocked from an event on the dashboard',
      ...(duration.value !== '' && { ttl_seconds: Number(duration.value) }),
    };
    void act(block, order<{ entry: BlockEntry }>('/admin/blocklist', body), `${wanted} is blocked.`);
  });
  unblock.addEventListener('click', () => {
    const wanted = unblock.dataset['range'] ?? '';
    void act(unblock, remove(`/admin/blocklist/${encodeURIComponent(wanted)}`), `${wanted} is no longer blocked.`);
  });

  async function act(button: HTMLButtonElement, asked: Promise<Answer<unknown>>, done: string): Promise<void> {
    button.disabled = true;
    const answer = await asked;
    button.disabled = false;
    if (answer.kind === 'ok') toast(done);
    else toast(answer.text, 'problem');
    await learn();
  }

  void learn();
  return element(
    'section',
    { class: 'address' },
    element('h3', {}, `The address ${ip}`),
    element('a', { href: placeOf('blocklist', { ip }), 'data-view': 'blocklist' }, 'Everything known of it'),
    known,
    element('div', { class: 'acts' }, range, duration, block, unblock),
  );
}
