import type { ValueCollection } from '../../../rules/schema.ts';
import { findFlaws, type BodyFlaws } from './body/body-flaws.ts';
import { processorOf, type BodyProcessor } from './body/body-processor.ts';
import { collectBody } from './body/collect-body.ts';
import { collectUrlencoded } from './body/urlencoded.ts';
import { bytesToString, toByteString } from './bytes.ts';
import { collectCookies } from './cookies.ts';
import { decodePath } from './percent.ts';
import { revealValues } from './reveal-values.ts';
import { ValueCollector } from './value-collector.ts';

/** A request as it came, with the part of its body that is inspected. */
export interface RequestParts {
  readonly method: string;
  /** Absolute URL as received. */
  readonly url: string;
  /** Lower-case names; duplicates joined by `, ` as the platform does. */
  readonly headers: Iterable<readonly [string, string]>;
  /** The first bytes of the body, or null when there is none. */
  readonly body: Uint8Array | null;
  /** True when the body goes on after `body`. */
  readonly bodyTruncated: boolean;
  /** As the request line names it; absent: `HTTP/1.1`. */
  readonly protocol?: string | undefined;
  /** The request line's target as it came, where it is known; absent: path and query of `url`. */
  readonly target?: string | undefined;
  /** The client's address; absent: empty. */
  readonly remoteAddress?: string | undefined;
  /** Names the request; rules sample by it. Absent: empty. */
  readonly uniqueId?: string | undefined;
  /** Two-letter country of the client; absent: empty. */
  readonly country?: string | undefined;
}

/** What a view may hold. Each limit's reason stands in docs/rationale.md. What exceeds one is noted in `RequestView.truncated`. */
export interface ViewLimits {
  /** Arguments, cookies, files and XML values together; the rest of what held them is inspected as one value. */
  readonly arguments: number;
  /** Nested objects and arrays that get a path of their own; deeper ones are flattened into the last. */
  readonly jsonDepth: number;
  /** Bytes of a name; longer names are cut, and inspected whole as values. */
  readonly nameBytes: number;
  /** Bytes of all header names and values; headers past it are not inspected. */
  readonly headerBytes: number;
  /** Bytes of the body; the shield reads no more than INSPECT_BODY_LIMIT in the first place. */
  readonly bodyBytes: number;
  /** Bytes of all that is revealed under further layers of encoding. */
  readonly revealedBytes: number;
}

export const DEFAULT_VIEW_LIMITS: ViewLimits = {
  arguments: 2000,
  jsonDepth: 64,
  nameBytes: 256,
  headerBytes: 128 * 1024,
  bodyBytes: 128 * 1024,
  revealedBytes: 128 * 1024,
};

/** One inspected value. Strings are byte strings: each character is one byte, 0 to 255, as CRS expects. */
export interface ViewValue {
  readonly collection: ValueCollection;
  /** Member name: `q` in `ARGS_GET:q`, lower-case for headers; empty for single-valued collections. */
  readonly name: string;
  readonly value: string;
}

export interface RequestView {
  readonly method: string;
  readonly host: string;
  /** Path as on the wire, percent-encoding kept. */
  readonly path: string;
  /** Query as on the wire, without `?`. */
  readonly query: string;
  /** Header by lower-case name, or undefined. */
  header(name: string): string | undefined;
  readonly protocol: string;
  /** As in the request line. */
  readonly target: string;
  readonly remoteAddress: string;
  readonly uniqueId: string;
  readonly country: string;
  /** The path as `REQUEST_FILENAME` has it: percent-encoding taken off once, as in ModSecurity 3. */
  readonly filename: string;
  /** By the content type, whether or not there is a body: `URLENCODED`, `MULTIPART`, `JSON`, `XML` or empty. */
  readonly processor: BodyProcessor;
  /** The inspected part of the body, whole; null when there is none. */
  readonly body: ViewedBody | null;
  /** Those of the request's head first. */
  readonly values: readonly ViewValue[];
  /** How many values are of the request's head. */
  readonly headValues: number;
  /** Limits that cut the view short: `arguments`, `json_depth`, `name_bytes`, `header_bytes`, `body_bytes`, `revealed_bytes`. */
  readonly truncated: readonly string[];
  /** Bytes that the scanners looked at: the work done, at most a small multiple of the request's size. */
  readonly steps: number;
}

/** A body before it is taken apart. */
export interface ViewedBody {
  readonly text: string;
  /** What is wrong with it for a strict parser. */
  readonly flaws: BodyFlaws;
}

/** Takes a request apart into the values that rules look at. Linear in the request's size, whatever its bytes; never throws. */
export function buildRequestView(parts: RequestParts, limits: ViewLimits = DEFAULT_VIEW_LIMITS): RequestView {
  const out = new ValueCollector(limits);
  const { host, path, query } = splitUrl(toByteString(parts.url));
  const method = toByteString(parts.method);
  out.steps += path.length + query.length;
  out.addRest('REQUEST_METHOD', '', method);
  const filename = decodePath(path);
  out.addRest('REQUEST_FILENAME', '', filename);
  out.addRest('REQUEST_URI', '', query === '' ? path : `${path}?${query}`);
  if (query !== '') out.addRest('QUERY_STRING', '', query);
  collectUrlencoded(query, 'ARGS_GET', out);
  const headers = collectHeaders(parts.headers, out);
  const headValues = out.values.length;
  const contentType = headers.get('content-type') ?? '';
  const processor = processorOf(contentType);
  const body = viewBody(parts, contentType, processor, out);
  revealValues(out);
  return {
    method,
    host,
    path,
    query,
    header: (name) => headers.get(name),
    protocol: parts.protocol ?? 'HTTP/1.1',
    target: parts.target === undefined ? (query === '' ? path : `${path}?${query}`) : toByteString(parts.target),
    remoteAddress: parts.remoteAddress ?? '',
    uniqueId: parts.uniqueId ?? '',
    country: parts.country ?? '',
    filename,
    processor,
    body,
    values: out.values,
    headValues,
    truncated: [...out.truncated],
    steps: out.steps,
  };
}

function viewBody(
  { body, bodyTruncated }: RequestParts,
  contentType: string,
  processor: BodyProcessor,
  out: ValueCollector,
): ViewedBody | null {
  if (bodyTruncated) out.truncated.add('body_bytes');
  if (body === null || body.length === 0) return null;
  const limit = out.limits.bodyBytes;
  if (body.length > limit) out.truncated.add('body_bytes');
  const text = bytesToString(body.length > limit ? body.subarray(0, limit) : body);
  collectBody(text, contentType, out);
  const isWhole = !out.truncated.has('body_bytes');
  return {
    text,
    get flaws() {
      return findFlaws(text, processor, contentType, isWhole);
    },
  };
}

/** By hand: the URL class would resolve `..` and re-encode, and the rules must see what the client sent. */
function splitUrl(url: string): { readonly host: string; readonly path: string; readonly query: string } {
  const scheme = url.indexOf('://');
  const authority = scheme < 0 ? 0 : scheme + 3;
  let pathStart = authority;
  while (pathStart < url.length && !'/?#'.includes(url.charAt(pathStart))) pathStart++;
  const fragment = url.indexOf('#', pathStart);
  const end = fragment < 0 ? url.length : fragment;
  const question = url.indexOf('?', pathStart);
  const pathEnd = question < 0 || question > end ? end : question;
  return {
    host: url.slice(authority, pathStart),
    path: url.slice(pathStart, pathEnd) || '/',
    query: url.slice(pathEnd + 1, end),
  };
}

function collectHeaders(headers: RequestParts['headers'], out: ValueCollector): ReadonlyMap<string, string> {
  const byName = new Map<string, string>();
  let bytes = 0;
  for (const [rawName, rawValue] of headers) {
    const name = toByteString(rawName);
    const value = toByteString(rawValue);
    bytes += name.length + value.length;
    if (bytes > out.limits.headerBytes) {
      out.truncated.add('header_bytes');
      break;
    }
    out.steps += name.length + value.length;
    byName.set(name, value);
    out.addHeader(name, value);
    if (name === 'cookie') collectCookies(value, out);
  }
  return byName;
}
