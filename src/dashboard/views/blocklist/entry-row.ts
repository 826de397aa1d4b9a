import type { BlockEntry } from '../../../actors/contracts.ts';
import type { Desk } from '../../desk/desk.ts';
import { expirySelect, ttlOf } from '../../desk/expiry.ts';
import { button } from '../../controls/button.ts';
import { element } from '../../dom.ts';
import { placeOf } from '../../shell/place.ts';
import { moment } from '../../status/moment.ts';
import { cell, leadCell } from '../../status/table.ts';

/** An entry of the blocklist, with what can be done about it. */
export function entryRow(entry: BlockEntry, desk: Desk, changed: () => void): HTMLElement {
  const { range, reason, since, until, source } = entry;
  const end = until === undefined ? 'until removed' : moment(until, '');
  const ends = cell('Ends', end);
  const edit = button('Edit expiry', () => {
    const choose = expirySelect(`New expiry of ${range}, from now`);
    const save = button('Save', () => renew(entry, choose, desk, changed), 'primary');
    const cancel = button('Cancel', () => {
      ends.replaceChildren(end);
      edit.focus();
    });
    ends.replaceChildren(element('div', { class: 'row' }, choose, save, cancel));
    choose.focus();
  });
  edit.setAttribute('aria-label', `Edit expiry of ${range}`);
  const off = button('Unblock', () => unblock(entry, desk, changed));
  off.setAttribute('aria-label', `Unblock ${range}`);
  return element(
    'tr',
    { 'data-range': range },
    element('th', { scope: 'row' }, addressLink(range)),
    cell('Reason', reason),
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
  const answer = await desk.send<{ removed: boolean }>('DELETE', path, undefined, `${range} is no longer blocked.`);
  if (answer !== null) changed();
}

/** A longer block takes the place of a shorter one; for a shorter one the longer must go first. */
async function renew(
  { range, reason, until }: BlockEntry,
  choose: HTMLSelectElement,
  desk: Desk,
  changed: () => void,
): Promise<void> {
  const ttl = ttlOf(choose);
  const end = ttl.ttl_seconds === undefined ? Number.POSITIVE_INFINITY : Date.now() + ttl.ttl_seconds * 1000;
  if (end < (until ?? Number.POSITIVE_INFINITY)) {
    const gone = await desk.send('DELETE', `/admin/blocklist/${encodeURIComponent(range)}`);
    if (gone === null) return;
  }
  await desk.send('POST', '/admin/blocklist', { ip: range, reason, ...ttl }, `${range} has its new expiry.`);
  changed();
}
