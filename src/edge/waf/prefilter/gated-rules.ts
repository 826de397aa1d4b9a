import type { Collection } from '../../../../rules/schema.ts';
import type { CompiledRule } from '../compile-rule.ts';

/** Variables that are worked out and looked at as values of the request: before phase 1, or when the body is there. */
export const HEAD_VARIABLES: readonly Collection[] = [
  'REQUEST_LINE',
  'REQUEST_URI_RAW',
  'REQUEST_BASENAME',
  'REQUEST_PROTOCOL',
];
export const BODY_VARIABLES: readonly Collection[] = ['REQUEST_BODY'];

const HEAD_COLLECTIONS: readonly Collection[] = [
  ...HEAD_VARIABLES,
  'ARGS_GET',
  'ARGS_GET_NAMES',
  'REQUEST_COOKIES',
  'REQUEST_COOKIES_NAMES',
  'REQUEST_HEADERS',
  'REQUEST_HEADERS_NAMES',
  'REQUEST_URI',
  'REQUEST_FILENAME',
  'QUERY_STRING',
  'REQUEST_METHOD',
];

const BODY_COLLECTIONS: readonly Collection[] = [
  ...BODY_VARIABLES,
  'ARGS_POST',
  'ARGS_POST_NAMES',
  'UNPARSED_BODY',
  'FILES',
  'FILES_NAMES',
  'FILES_TMP_CONTENT',
  'MULTIPART_PART_HEADERS',
  'XML',
  'REVEALED',
];

const ANSWER_HEAD: readonly Collection[] = [
  'RESPONSE_STATUS',
  'RESPONSE_PROTOCOL',
  'RESPONSE_HEADERS',
  'RESPONSE_HEADERS_NAMES',
];

/** By phase: the collections whose values are looked at ahead of it. In phase 1 there is no body yet, and so no value of one. */
const AHEAD: readonly ReadonlySet<Collection>[] = [
  new Set(),
  new Set([...HEAD_COLLECTIONS, ...BODY_COLLECTIONS]),
  new Set([...HEAD_COLLECTIONS, ...BODY_COLLECTIONS]),
  new Set(ANSWER_HEAD),
  new Set([...ANSWER_HEAD, 'RESPONSE_BODY']),
  new Set(),
];

/**
 * Whether a rule needs to run only for values in which the scan found what its head asks for: if all it looks at are values that
 * are scanned ahead of its phase. Rules about TX variables, counts and what other rules matched are not: they always run.
 */
export function isGated({ phase, head }: CompiledRule): boolean {
  const ahead = AHEAD[phase]!;
  return (
    head.targets.length > 0 &&
    head.targets.every(
      ({ kind, count, members }) => kind === 'view' && !count && members.every((one) => ahead.has(one)),
    )
  );
}
