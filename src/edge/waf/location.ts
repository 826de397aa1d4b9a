import type { Collection, ValueCollection } from '../../../rules/schema.ts';

/** The value collections whose members a target's collection stands for, and whether it means their names. */
interface Source {
  readonly collections: readonly ValueCollection[];
  readonly names: boolean;
}

const values = (...collections: readonly ValueCollection[]): Source => ({ collections, names: false });
const names = (...collections: readonly ValueCollection[]): Source => ({ collections, names: true });

const SOURCES: Readonly<Partial<Record<Collection, Source>>> = {
  ARGS: values('ARGS_GET', 'ARGS_POST'),
  ARGS_NAMES: names('ARGS_GET', 'ARGS_POST'),
  ARGS_GET: values('ARGS_GET'),
  ARGS_GET_NAMES: names('ARGS_GET'),
  ARGS_POST: values('ARGS_POST'),
  ARGS_POST_NAMES: names('ARGS_POST'),
  REQUEST_COOKIES: values('REQUEST_COOKIES'),
  REQUEST_COOKIES_NAMES: names('REQUEST_COOKIES'),
  REQUEST_HEADERS: values('REQUEST_HEADERS'),
  REQUEST_HEADERS_NAMES: names('REQUEST_HEADERS'),
  REQUEST_URI: values('REQUEST_URI'),
  REQUEST_FILENAME: values('REQUEST_FILENAME'),
  QUERY_STRING: values('QUERY_STRING'),
  REQUEST_METHOD: values('REQUEST_METHOD'),
  UNPARSED_BODY: values('UNPARSED_BODY'),
  FILES: values('FILES'),
  FILES_NAMES: names('FILES'),
  FILES_TMP_CONTENT: values('FILES_TMP_CONTENT'),
  MULTIPART_PART_HEADERS: values('MULTIPART_PART_HEADERS'),
  XML: values('XML'),
  REVEALED: values('REVEALED'),
};

export function sourceOf(collection: Collection): Source {
  return SOURCES[collection] ?? values();
}

/** The name under which the names of a collection's members are targeted: `ARGS_GET_NAMES`. */
export function namesOf(collection: Collection): Collection {
  return NAMES[collection] ?? collection;
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
  if (collection === target) return true;
  if (target === 'ARGS') return collection === 'ARGS_GET' || collection === 'ARGS_POST';
  return target === 'ARGS_NAMES' && (collection === 'ARGS_GET_NAMES' || collection === 'ARGS_POST_NAMES');
}

/** A location as CRS writes it: `ARGS:q`, `REQUEST_HEADERS:User-Agent`, `REQUEST_URI`. */
export function formatLocation(collection: Collection, name: string): string {
  if (name === '') return collection;
  return `${collection}:${collection.startsWith('REQUEST_HEADERS') ? titleCase(name) : name}`;
}

/** The platform lower-cases header names; people read `User-Agent`. */
function titleCase(name: string): string {
  return name.replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
}
