import { randomBytes } from 'node:crypto';
import { CHOSEN_CODE, CODE, fieldsOf, ok, refuse, type Answer } from './answer.ts';
import { LIST_KINDS, type ItemInput, type ListKind } from './item.ts';
import type { Plan } from './plan.ts';

const NAME = /^[a-z0-9_]{1,50}$/;
/** Documented. */
const DESCRIPTION_LIMIT = 500;

/** An item as the API shows it: `ip` in lists of addresses, else `asn`, `hostname` or `redirect`. */
export interface ListItem {
  readonly id: string;
  readonly ip?: string;
  readonly comment?: string;
  readonly created_on: string;
  readonly modified_on: string;
  readonly [content: string]: unknown;
}

export interface StoredItem {
  readonly key: string;
  readonly order: string;
  readonly shown: ListItem;
}

export interface StoredList {
  readonly id: string;
  readonly name: string;
  readonly kind: ListKind;
  readonly createdOn: string;
  description: string;
  modifiedOn: string;
  readonly items: Map<string, StoredItem>;
  readonly keyOfId: Map<string, string>;
  /** In the order that the API lists them; null after a change. */
  sorted: readonly StoredItem[] | null;
}

/** Changes of one bulk operation, as data: kept until its time has come. */
export type Change =
  | { readonly action: 'create' | 'replace'; readonly list: string; readonly items: readonly ItemInput[] }
  | { readonly action: 'delete'; readonly list: string; readonly ids: readonly string[] };

export const newId = (): string => randomBytes(16).toString('hex');

/** The lists of one account and what is in them. */
export class AccountLists {
  readonly #lists = new Map<string, StoredList>();
  readonly #plan: Plan;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  all(): readonly StoredList[] {
    return [...this.#lists.values()];
  }

  find(id: string): StoredList | undefined {
    return this.#lists.get(id);
  }

  named(name: string): StoredList | undefined {
    return this.all().find((list) => list.name === name);
  }

  /** Takes a list back from where it was kept, whatever its plan allows. */
  put(list: StoredList): void {
    this.#lists.set(list.id, list);
  }

  create(body: unknown, at: string): StoredList | Answer {
    const { name, kind, description = '' } = fieldsOf(body);
    if (typeof name !== 'string' || !NAME.test(name)) {
      return refuse(400, CHOSEN_CODE.badName, 'name must match ^[a-z0-9_]{1,50}$', '/name');
    }
    const known = LIST_KINDS.find((each) => each === kind);
    if (known === undefined) return refuse(400, CHOSEN_CODE.badKind, `kind must be one of ${LIST_KINDS.join(', ')}`);
    if (!isDescription(description)) return badDescription();
    if (this.named(name) !== undefined) {
      return refuse(400, CHOSEN_CODE.duplicateName, `a list named "${name}" exists`, '/name');
    }
    if ((known === 'hostname' || known === 'asn') && !this.#plan.otherKinds) {
      return refuse(403, CHOSEN_CODE.badKind, `this plan has no lists of kind ${known}`);
    }
    const custom = this.all().filter((list) => list.kind !== 'redirect').length;
    if (known !== 'redirect' && custom >= this.#plan.lists) {
      return refuse(403, CHOSEN_CODE.listCap, `the account has its maximum of ${this.#plan.lists} lists`);
    }
    const list = newList(name, known, description, at);
    this.put(list);
    return list;
  }

  /** The description alone can change. */
  describe(list: StoredList, body: unknown, at: string): Answer | null {
    const { description = '' } = fieldsOf(body);
    if (!isDescription(description)) return badDescription();
    list.description = description;
    list.modifiedOn = at;
    return null;
  }

  /** Refused while rules use it, as documented. */
  delete(list: StoredList, references: number): Answer {
    if (references > 0) return refuse(400, CODE.listInUse, 'filters.api.ip_list_in_use');
    this.#lists.delete(list.id);
    return ok({ id: list.id });
  }

  /**
   * Applies a change; `share` of its items, from the front, to break off in the middle. Says what went wrong, or null.
   * The quota of items is looked at here, when the operation runs: the documentation does not say where it is refused, and
   * a failed operation is the harder case for a caller.
   */
  apply(change: Change, at: string, share = 1): string | null {
    const list = this.#lists.get(change.list);
    if (list === undefined) return 'the list no longer exists';
    if (change.action === 'delete') {
      for (const id of change.ids.slice(0, Math.floor(change.ids.length * share))) removeItem(list, id);
    } else {
      const items = change.items.slice(0, Math.floor(change.items.length * share));
      const kept = change.action === 'replace' ? 0 : list.items.size;
      const added = change.action === 'replace' ? items.length : items.filter(({ key }) => !list.items.has(key)).length;
      const elsewhere = this.#itemCount() - (list.kind === 'redirect' ? 0 : list.items.size);
      if (list.kind !== 'redirect' && elsewhere + kept + added > this.#plan.items) {
        return `the account's maximum of ${this.#plan.items} list items would be exceeded`;
      }
      if (change.action === 'replace') clearItems(list);
      for (const item of items) putItem(list, item, at);
    }
    list.modifiedOn = at;
    list.sorted = null;
    return null;
  }

  #itemCount(): number {
    return this.all().reduce((sum, list) => (list.kind === 'redirect' ? sum : sum + list.items.size), 0);
  }
}

export function newList(name: string, kind: ListKind, description: string, at: string): StoredList {
  return {
    id: newId(),
    name,
    kind,
    description,
    createdOn: at,
    modifiedOn: at,
    items: new Map(),
    keyOfId: new Map(),
    sorted: null,
  };
}

/** An item that is there keeps its id and its date; its comment is overwritten, as documented. */
function putItem(list: StoredList, input: ItemInput, at: string): void {
  const before = list.items.get(input.key)?.shown;
  const shown: ListItem = {
    id: before?.id ?? newId(),
    ...input.content,
    ...(input.comment === undefined ? {} : { comment: input.comment }),
    created_on: before?.created_on ?? at,
    modified_on: at,
  };
  list.items.set(input.key, { key: input.key, order: input.order, shown });
  list.keyOfId.set(shown.id, input.key);
}

function removeItem(list: StoredList, id: string): void {
  const key = list.keyOfId.get(id);
  if (key === undefined) return;
  list.keyOfId.delete(id);
  list.items.delete(key);
}

function clearItems(list: StoredList): void {
  list.items.clear();
  list.keyOfId.clear();
}

const isDescription = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= DESCRIPTION_LIMIT;

const badDescription = (): Answer =>
  refuse(400, CHOSEN_CODE.badDescription, `description must be a string of up to ${DESCRIPTION_LIMIT} characters`);
