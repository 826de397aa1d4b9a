import type { Account } from './account.ts';
import { readItems, type ListKind } from './item.ts';
import { newList, type StoredList } from './lists.ts';

/** A list that somebody else keeps in the same account. */
export interface ForeignList {
  readonly name: string;
  /** `ip` by default. */
  readonly kind?: ListKind;
  readonly description?: string;
  /** As in the body of a request that would create them. */
  readonly items?: readonly ForeignItem[];
}

export type ForeignItem = Readonly<Record<string, unknown>>;

/** Puts a list in as somebody else would in the dashboard: no quota, no operation, no call counted. */
export function addForeignList(account: Account, spec: ForeignList, at: string): void {
  const list = newList(spec.name, spec.kind ?? 'ip', spec.description ?? '', at);
  account.lists.put(list);
  putItems(account, list, spec.items ?? [], at);
}

export function addForeignItems(account: Account, name: string, items: readonly ForeignItem[], at: string): void {
  putItems(account, named(account, name), items, at);
}

/** Takes items out by hand: whoever trusts his copy of the list is wrong now. */
export function removeByHand(account: Account, name: string, ips: readonly string[], at: string): void {
  const list = named(account, name);
  const ids = ips.map((ip) => {
    const item = list.items.get(ip);
    if (item === undefined) throw new Error(`the list ${name} has no ${ip}`);
    return item.shown.id;
  });
  account.lists.apply({ action: 'delete', list: list.id, ids }, at);
}

function putItems(account: Account, list: StoredList, items: readonly ForeignItem[], at: string): void {
  const read = readItems(list.kind, items);
  if ('problems' in read) throw new Error(read.problems[0]?.message);
  const problem = account.lists.apply({ action: 'create', list: list.id, items: read }, at);
  if (problem !== null) throw new Error(problem);
}

function named(account: Account, name: string): StoredList {
  const list = account.lists.named(name);
  if (list === undefined) throw new Error(`there is no list ${name}`);
  return list;
}
