import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import * as v from 'valibot';
import { parseWith, type Parsed } from '../src/parse.ts';
import { buildRequestView, type RequestView } from '../src/edge/waf/request-view.ts';

/** One line of a labelled corpus: a request and whether it is an attack. */
const LabelledRequestSchema = v.object({
  id: v.string(),
  /** Where the row is from; behind `|` how it was wrapped. */
  source: v.string(),
  licence: v.optional(v.string(), 'none stated'),
  label: v.picklist(['attack', 'benign']),
  category: v.string(),
  method: v.string(),
  /** With query, as on the wire. */
  path: v.pipe(v.string(), v.startsWith('/', 'must start with "/"')),
  headers: v.record(v.string(), v.string()),
  body: v.optional(v.nullable(v.string())),
});
export type LabelledRequest = v.InferOutput<typeof LabelledRequestSchema>;

/** What a line of a file turned out to be; `line` counts from 1. */
export interface ReadLine {
  readonly line: number;
  readonly request: Parsed<LabelledRequest>;
}

/** Reads a JSON Lines file, compressed when its name ends in `.gz`. Blank lines are passed over. Throws when the file cannot be read. */
export async function* readLabelledRequests(path: string): AsyncGenerator<ReadLine> {
  const file = createReadStream(path);
  const input = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  // An error of the file does not travel through the pipe by itself, and the reader would wait for ever.
  if (input !== file) file.on('error', (error) => input.destroy(error));
  let line = 0;
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    line++;
    if (text.trim() !== '') yield { line, request: parseLine(text) };
  }
}

function parseLine(text: string): Parsed<LabelledRequest> {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    return { ok: false, problems: [{ path: '', message: error instanceof Error ? error.message : String(error) }] };
  }
  return parseWith(LabelledRequestSchema, data);
}

/** The source without what says how it was wrapped, and without its part: `libinjection/sqli-x|wrapped:form` is `libinjection`. */
export function sourceOf(request: LabelledRequest): string {
  return request.source.split(/[|/]/, 1)[0] ?? request.source;
}

/** The view that the shield would build of the request. */
export function viewLabelled(request: LabelledRequest): RequestView {
  const host = request.headers['host'] ?? 'example.com';
  const body = request.body === undefined || request.body === null ? null : new TextEncoder().encode(request.body);
  return buildRequestView({
    method: request.method,
    url: `https://${host}${request.path}`,
    headers: [...Object.entries(request.headers), ...lengthHeader(request, body)],
    body,
    bodyTruncated: false,
  });
}

/** Clients tell a body's length (RFC 9110, section 8.6), and most rows were recorded without: rules ask for it. */
function lengthHeader({ method, headers }: LabelledRequest, body: Uint8Array | null): [string, string][] {
  if ('content-length' in headers || 'transfer-encoding' in headers) return [];
  return body !== null || ['POST', 'PUT', 'PATCH'].includes(method) ? [['content-length', `${body?.length ?? 0}`]] : [];
}
