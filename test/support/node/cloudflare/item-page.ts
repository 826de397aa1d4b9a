import { CHOSEN_CODE, ok, refuse, type Answer } from './answer.ts';
import type { StoredItem, StoredList } from './lists.ts';

/** Documented maximum; the default is this stand-in's. */
const PAGE_LIMIT = 500;
const PAGE_DEFAULT = 100;

/** The items of a list in ascending order; `cursor` says after which one to go on, so that changes in between do no harm. */
export function itemPage(list: StoredList, query: URLSearchParams): Answer {
  const perPage = Number(query.get('per_page') ?? PAGE_DEFAULT);
  if (!Number.isInteger(perPage) || perPage < 1 || perPage > PAGE_LIMIT) {
    return refuse(400, CHOSEN_CODE.badQuery, `per_page must be from 1 to ${PAGE_LIMIT}`);
  }
  const cursor = query.get('cursor');
  const after = cursor === null ? '' : readCursor(list, cursor);
  if (after === null) return refuse(400, CHOSEN_CODE.badQuery, 'invalid cursor');
  const items = matching(list, query.get('search') ?? '');
  const start = firstAfter(items, after);
  const page = items.slice(start, start + perPage);
  const last = page.at(-1);
  const more = start + perPage < items.length && last !== undefined;
  return ok(
    page.map(({ shown }) => shown),
    { cursors: more ? { after: Buffer.from(`${list.id} ${last.order}`).toString('base64url') } : {} },
  );
}

export function sortedItems(list: StoredList): readonly StoredItem[] {
  list.sorted ??= [...list.items.values()].sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0));
  return list.sorted;
}

/** As documented: addresses start with the text, hostnames and redirects contain it, an ASN is it. */
function matching(list: StoredList, search: string): readonly StoredItem[] {
  const items = sortedItems(list);
  if (search === '') return items;
  if (list.kind === 'ip') return items.filter(({ key }) => key.startsWith(search));
  return items.filter(({ key }) => (list.kind === 'asn' ? key === search : key.includes(search)));
}

function readCursor(list: StoredList, cursor: string): string | null {
  const [id, ...order] = Buffer.from(cursor, 'base64url').toString().split(' ');
  return id === list.id && order.length > 0 ? order.join(' ') : null;
}

function firstAfter(items: readonly StoredItem[], order: string): number {
  if (order === '') return 0;
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle]?.order ?? '') <= order) low = middle + 1;
    else high = middle;
  }
  return low;
}
