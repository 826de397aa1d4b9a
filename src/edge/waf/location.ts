import type { Collection } from '../../../rules/schema.ts';

/** The collections that one named in a rule takes in, as narrow as a view knows them: `ARGS` is `ARGS_GET` and `ARGS_POST`. */
export function membersOf(collection: Collection): readonly Collection[] {
  return UNIONS[collection] ?? [collection];
}

const UNIONS: Readonly<Partial<Record<Collection, readonly Collection[]>>> = {
  ARGS: ['ARGS_GET', 'ARGS_POST'],
  ARGS_NAMES: ['ARGS_GET_NAMES', 'ARGS_POST_NAMES'],
};

/** Under what the names of a collection's members are targeted: `ARGS_GET_NAMES`; undefined where they have no names of use. */
export function namesOf(collection: Collection): Collection | undefined {
  return NAMES[collection];
}

const NAMES: Readonly<Partial<Record<Collection, Collection>>> = {
  ARGS_GET: 'ARGS_GET_NAMES',
  ARGS_POST: 'ARGS_POST_NAMES',
  REQUEST_COOKIES: 'REQUEST_COOKIES_NAMES',
  REQUEST_HEADERS: 'REQUEST_HEADERS_NAMES',
  RESPONSE_HEADERS: 'RESPONSE_HEADERS_NAMES',
  FILES: 'FILES_NAMES',
};

/** Whether a target's collection takes in a value of `collection`: `ARGS` does `ARGS_POST`, `ARGS_NAMES` does `ARGS_POST_NAMES`. */
export function isWithin(collection: Collection, target: Collection): boolean {
  return membersOf(target).includes(collection);
}

/** A location as CRS writes it: `ARGS:q`, `REQUEST_HEADERS:User-Agent`, `REQUEST_URI`. */
export function formatLocation(collection: Collection, name: string): string {
  if (name === '') return collection;
  return `${collection}:${/^RE(?:QUEST|SPONSE)_HEADERS/.test(collection) ? titleCase(name) : name}`;
}

/** The platform lower-cases header names; people read `User-Agent`. */
function titleCase(name: string): string {
  return name.replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
}
