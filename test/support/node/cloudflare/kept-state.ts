import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Account } from './account.ts';
import type { StoredItem, StoredList } from './lists.ts';
import type { KeptOperation } from './operations.ts';
import type { Ruleset } from './rulesets.ts';

interface KeptList extends Omit<StoredList, 'items' | 'keyOfId' | 'sorted'> {
  readonly items: readonly StoredItem[];
}

interface KeptState {
  readonly version: 1;
  readonly lists: readonly KeptList[];
  readonly operations: readonly KeptOperation[];
  readonly rulesets: readonly Ruleset[];
}

/** Writes the account to a file, whole or not at all. */
export function saveAccount(account: Account, file: string): void {
  const state: KeptState = {
    version: 1,
    lists: account.lists
      .all()
      .map(({ keyOfId: _index, sorted: _view, items, ...list }) => ({ ...list, items: [...items.values()] })),
    operations: account.operations.kept(),
    rulesets: account.rulesets.all(),
  };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
}

/** Puts back what `saveAccount` wrote; a file that is not there, or is of another version, leaves the account empty. */
export function loadAccount(account: Account, file: string): void {
  if (!existsSync(file)) return;
  const state = parseState(file);
  if (state.version !== 1) return;
  for (const { items, ...list } of state.lists) {
    account.lists.put({
      ...list,
      items: new Map(items.map((item) => [item.key, item])),
      keyOfId: new Map(items.map(({ key, shown }) => [shown.id, key])),
      sorted: null,
    });
  }
  account.operations.restore(state.operations);
  for (const ruleset of state.rulesets) account.rulesets.put(ruleset);
}

function parseState(file: string): KeptState {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as KeptState;
  } catch (error) {
    throw new Error(`${file} is no state of a stand-in; without the file it starts empty`, { cause: error });
  }
}
