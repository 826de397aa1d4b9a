import * as v from 'valibot';
import { parseWith } from '../../src/parse.ts';

/** What the suites' backend answers. */
export interface Reflection {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

const EMPTY = Buffer.alloc(0);
const NOTHING: Reflection = { status: 200, headers: [], body: EMPTY };

const Wanted = v.object({
  status: v.optional(v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(599)), 200),
  headers: v.optional(v.record(v.string(), v.string()), {}),
  body: v.optional(v.string(), ''),
  encodedBody: v.optional(v.string(), ''),
});

/**
 * The backend that suites are written for: an empty page for everything, and on `POST /reflect` the answer that the body
 * describes in JSON. A page without a type is plain text to the backend's server, which sniffs it.
 */
export function reflect(method: string, target: string, body: Buffer): Reflection {
  const path = target.replace(/\?.*/s, '');
  if (method !== 'POST' || (path !== '/reflect' && !path.startsWith('/reflect/'))) return NOTHING;
  let data: unknown;
  try {
    data = JSON.parse(body.toString());
  } catch {
    return { status: 400, headers: [], body: Buffer.from('Invalid JSON in request body') };
  }
  const wanted = parseWith(Wanted, data);
  if (!wanted.ok) return { status: 400, headers: [], body: Buffer.from('Invalid status code') };
  const { status, headers, body: plain, encodedBody } = wanted.value;
  const answer = plain === '' ? Buffer.from(encodedBody, 'base64') : Buffer.from(plain);
  const typed = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  const type: [string, string][] = typed || answer.length === 0 ? [] : [['Content-Type', sniff(answer)]];
  return { status, headers: [...Object.entries(headers), ...type], body: answer };
}

/** As far as suites need it: Go's server calls a body that begins with a tag HTML, other text plain. */
function sniff(body: Buffer): string {
  const start = body.toString('latin1', 0, 512).trimStart();
  if (/^<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--)[ >]/i.test(start))
    return 'text/html; charset=utf-8';
  if (start.startsWith('<?xml')) return 'text/xml; charset=utf-8';
  return /[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(start) ? 'application/octet-stream' : 'text/plain; charset=utf-8';
}
