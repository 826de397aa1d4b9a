import { readItems } from './item.ts';
import { itemPage, sortedItems } from './item-page.ts';
import { CHOSEN_CODE, fieldsOf, ok, refuse, type Answer } from './answer.ts';
import { AccountLists, type Change, type StoredList } from './lists.ts';
import { BulkOperations, type Course } from './operations.ts';
import { PLANS, type PlanName } from './plan.ts';
import { RequestLimit } from './request-limit.ts';
import { ZoneRulesets } from './rulesets.ts';

const TWELVE_HOURS = 12 * 60 * 60 * 1000;

/** What a handler needs of a request. */
export interface Call {
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly now: number;
  readonly course: Course;
}

/** One account and its one zone: what the API's endpoints do to them. */
export class Account {
  readonly lists: AccountLists;
  readonly operations: BulkOperations;
  readonly rulesets: ZoneRulesets;
  /** Documented for the Lists API. */
  readonly #writes = new RequestLimit(30_000, TWELVE_HOURS);
  readonly #changes = new RequestLimit(1_000_000, TWELVE_HOURS);

  constructor(plan: PlanName, operationMs: number) {
    this.lists = new AccountLists(PLANS[plan]);
    this.operations = new BulkOperations(this.lists, operationMs);
    this.rulesets = new ZoneRulesets(PLANS[plan], (name) => this.lists.named(name) !== undefined);
  }

  allLists(): Answer {
    return ok(this.lists.all().map((list) => this.show(list)));
  }

  createList({ body, now }: Call): Answer {
    const made = this.lists.create(body, isoTime(now));
    return 'problems' in made ? made : ok(this.show(made));
  }

  getList(id: string): Answer {
    return this.#with(id, (list) => ok(this.show(list)));
  }

  describeList(id: string, { body, now }: Call): Answer {
    return this.#with(id, (list) => this.lists.describe(list, body, isoTime(now)) ?? ok(this.show(list)));
  }

  deleteList(id: string): Answer {
    return this.#with(id, (list) => this.lists.delete(list, this.rulesets.references(list.name)));
  }

  items(id: string, { query }: Call): Answer {
    return this.#with(id, (list) => itemPage(list, query));
  }

  item(id: string, itemId: string): Answer {
    return this.#with(id, (list) => {
      const item = list.items.get(list.keyOfId.get(itemId) ?? '');
      return item === undefined ? noItem(itemId) : ok(item.shown);
    });
  }

  /** POST adds and overwrites, PUT replaces all; both answer before it is done. */
  writeItems(id: string, action: 'create' | 'replace', call: Call): Answer {
    return this.#with(id, (list) => {
      const items = readItems(list.kind, call.body);
      if ('problems' in items) return items;
      if (items.length === 0 && action === 'create') {
        return refuse(400, CHOSEN_CODE.badItems, 'the body must have at least one item');
      }
      return this.#start({ action, list: list.id, items }, call);
    });
  }

  /**
   * An id that the list does not have refuses the whole request. The documentation is silent on it; whoever copes with this
   * copes with an API that lets it pass.
   */
  deleteItems(id: string, call: Call): Answer {
    return this.#with(id, (list) => {
      const { items } = fieldsOf(call.body);
      if (!Array.isArray(items) || items.length === 0) {
        return refuse(400, CHOSEN_CODE.badItems, 'items must name at least one item', '/items');
      }
      const ids = items.map((item) => String(fieldsOf(item)['id']));
      const unknown = ids.find((itemId) => !list.keyOfId.has(itemId));
      if (unknown !== undefined) return noItem(unknown);
      return this.#start({ action: 'delete', list: list.id, ids }, call);
    });
  }

  operation(id: string): Answer {
    const operation = this.operations.find(id);
    if (operation === undefined) return refuse(404, CHOSEN_CODE.noOperation, `could not find operation ${id}`);
    const { status, completed, error } = operation;
    return ok({
      id,
      status,
      ...(completed === undefined ? {} : { completed }),
      ...(error === undefined ? {} : { error }),
    });
  }

  show(list: StoredList) {
    return {
      id: list.id,
      name: list.name,
      kind: list.kind,
      description: list.description,
      num_items: list.items.size,
      num_referencing_filters: this.rulesets.references(list.name),
      created_on: list.createdOn,
      modified_on: list.modifiedOn,
    };
  }

  /** Everything, as plain data that is nobody's to change. */
  view(): readonly ListView[] {
    return this.lists.all().map((list) => ({
      ...this.show(list),
      items: sortedItems(list).map(({ shown }) => structuredClone(shown)),
    }));
  }

  #start(change: Change, { now, course }: Call): Answer {
    if (this.operations.pending) {
      const message = 'a bulk operation is pending for this account; try again when it has completed';
      return refuse(429, CHOSEN_CODE.pendingOperation, message);
    }
    const size = change.action === 'delete' ? change.ids.length : change.items.length;
    const wait = this.#writes.spend(now) ?? this.#changes.spend(now, size);
    if (wait !== null) {
      const message = 'too many list item changes in 12 hours';
      return { ...refuse(429, CHOSEN_CODE.changeLimit, message), retryAfter: wait };
    }
    return ok({ operation_id: this.operations.start(change, course, now) });
  }

  #with(id: string, then: (list: StoredList) => Answer): Answer {
    const list = this.lists.find(id);
    return list === undefined ? refuse(404, CHOSEN_CODE.noList, `could not find list ${id}`) : then(list);
  }
}

/** A list as the API shows it, with its items in the API's order. */
export type ListView = ReturnType<Account['show']> & {
  readonly items: readonly {
    readonly id: string;
    readonly ip?: string;
    readonly comment?: string;
    readonly created_on: string;
    readonly modified_on: string;
  }[];
};

export const isoTime = (now: number): string => new Date(now).toISOString();

const noItem = (id: string): Answer => refuse(404, CHOSEN_CODE.noItem, `could not find item ${id}`);
