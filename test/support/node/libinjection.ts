import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { buildRequestView, type RequestParts } from '../../../src/edge/waf/request-view.ts';
import { TRANSFORMS } from '../../../src/edge/waf/transformations/transform.ts';
import type { Transformation } from '../../../rules/schema.ts';

export const SHARED = process.env['EDGESHIELD_SHARED'] ?? join(import.meta.dirname, '../../../../shared');
const VECTORS = join(SHARED, 'libinjection/vectors.jsonl');
const CORPUS = join(SHARED, 'corpora/dev.jsonl.gz');

/** A test of libinjection's own suite. `expected`: tokens, a line each, or for `sqli` the fingerprint, empty when it is none. */
export interface Vector {
  readonly kind: string;
  readonly input: string;
  readonly expected: string;
}

/** The vectors of one kind; none where they are not at hand. */
export function vectorsOf(kind: string): readonly Vector[] {
  if (!existsSync(VECTORS)) return [];
  const vectors = readFileSync(VECTORS, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Vector);
  return vectors.filter((vector) => vector.kind === kind);
}

/** What CRS does to a value before `@detectSQLi` and `@detectXSS` see it. */
const CHAINS = {
  sqli: ['utf8toUnicode', 'urlDecodeUni', 'removeNulls'],
  xss: ['utf8toUnicode', 'urlDecodeUni', 'htmlEntityDecode', 'jsDecode', 'cssDecode', 'removeNulls'],
} as const satisfies Record<string, readonly Transformation[]>;

export function decoded(text: string, kind: keyof typeof CHAINS): string {
  return CHAINS[kind].reduce((so_far: string, name) => TRANSFORMS[name].apply(so_far), text);
}

interface Row {
  readonly source: string;
  readonly category: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/**
 * The decoded values that CRS inspects, for each row of the development corpus whose source begins so and whose category is one
 * of these; none where the corpus is not at hand.
 */
export function rowsOf(
  source: string,
  categories: readonly string[],
  kind: keyof typeof CHAINS,
): readonly (readonly string[])[] {
  if (!existsSync(CORPUS)) return [];
  const lines = gunzipSync(readFileSync(CORPUS)).toString().trim().split('\n');
  const rows = lines.filter((line) => line.includes(source)).map((line) => JSON.parse(line) as Row);
  return rows
    .filter((row) => row.source.startsWith(source) && categories.includes(row.category))
    .map((row) => inspected(partsOf(row)).map((text) => decoded(text, kind)));
}

function partsOf({ method, path, headers, body }: Row): RequestParts {
  return {
    method,
    url: `https://e.com${path}`,
    headers: Object.entries(headers),
    body: body === undefined ? null : new TextEncoder().encode(body),
    bodyTruncated: false,
  };
}

/** The values of a request in which CRS looks for injections, as they came. */
export function inspected(parts: RequestParts): readonly string[] {
  return buildRequestView(parts).values.flatMap(({ collection, name, value }) => {
    if (collection === 'REQUEST_FILENAME') return [value, value.slice(value.lastIndexOf('/') + 1)];
    if (collection === 'REQUEST_HEADERS') return name === 'cookie' ? [] : [value];
    if (collection.startsWith('ARGS') || collection === 'REQUEST_COOKIES') return [name, value];
    return collection === 'XML' ? [value] : [];
  });
}
