import type { BlockEntry } from '../../../actors/contracts.ts';
import type { Desk } from '../../desk/desk.ts';
import { expirySelect, ttlOf } from '../../desk/expiry.ts';
import { button } from '../../controls/button.ts';
import { textInput } from '../../controls/field.ts';
import { element } from '../../dom.ts';
import { placeOf } from '../../shell/place.ts';
import { moment } from '../../status/moment.ts';
import { cell, leadCell } from '../../status/table.ts';

/** The choice that leaves the end as it is. */
const KEEP = 'keep';

/** An entry of the blocklist, with what can be done about it. */
export function entryRow(entry: BlockEntry, desk: Desk, changed: () => void): HTMLElement {
  const { range, reason, since, until, source } = entry;
  const end = until === undefined ? 'until removed' : moment(until, '');
  const ends = cell('Ends', end);
  const because = cell('Reason', reason);
  const edit = button('Edit', () => {
    const choose = expirySelect(`New expiry of ${range}, from now`);
    choose.prepend(element('option', { value: KEEP }, 'as it is'));
    choose.value = KEEP;
    const why = textInput({ value: reason, maxlength: '200', 'aria-label': `Reason for blocking ${range}` });
    const close = () => {
      ends.replaceChildren(end);
      because.replaceChildren(reason);
      edit.focus();
    };
    const keep = async () => {
      if (!(await change(entry, choose, why, desk))) return;
      close();
      changed();
    };
    const save = button('Save', keep, 'primary');
    const cancel = button('Cancel', close);
    because.replaceChildren(why);
    ends.replaceChildren(element('div', { class: 'row' }, choose, save, cancel));
    choose.focus();
  });
  edit.setAttribute('aria-label', `Edit expiry and reason of ${range}`);
  const off = button('Unblock', () => unblock(entry, desk, changed));
  off.setAttribute('aria-label', `Unblock ${range}`);
  return element(
    'tr',
    { 'data-range': range },
    element('th', { scope: 'row' }, addressLink(range)),
    because,
    cell('Source', source),
    cell('Since', moment(since, '')),
    ends,
    leadCell('', element('div', { class: 'row end' }, edit, off)),
  );
}

/** Leads to the address's own page; of a range or a network there is none to lead to. */
export function addressLink(range: string): HTMLElement {
  const single = range.includes('/') && !range.endsWith('/64') ? null : range.replace(/\/64$/, '');
  if (single === null || /^AS\d/.test(range)) return element('code', {}, range);
  const link = element(
    'a',
    { href: placeOf('blocklist', { ip: single }), 'data-view': 'blocklist' },
    element('code', {}, range),
  );
  return link;
}

async function unblock({ range }: BlockEntry, desk: Desk, changed: () => void): Promise<void> {
  const path = `/admin/blocklist/${encodeURIComponent(range)}`;
  const answer = await desk.send<{ removed: boolean }>(
    'DELETE',
    path,
    undefined,
    `${range} is no longer blocked.`,
    range,
  );
  if (answer !== null) changed();
}

/** In its place: between taking it off and putting it on again the address would be let in. False where the shield did not take it. */
async function change(
  { range, reason }: BlockEntry,
  choose: HTMLSelectElement,
  why: HTMLInputElement,
  desk: Desk,
): Promise<boolean> {
  const text = why.value.trim();
  const wish = {
    ...(choose.value !== KEEP && { ttl_seconds: ttlOf(choose).ttl_seconds ?? null }),
    ...(text !== '' && text !== reason && { reason: text }),
  };
  if (Object.keys(wish).length === 0) return true;
  const path = `/admin/blocklist/${encodeURIComponent(range)}`;
  return (await desk.send('PATCH', path, wish, `${range} is changed; it stayed blocked.`, range)) !== null;
}
