import { randomUUID } from 'node:crypto';
import type { RequestParts } from '../../src/edge/waf/request-view.ts';
import { browserHeaders, scriptHeaders } from '../../scripts/traffic/clients.ts';

/** A request of the bench: the engine gets it taken apart, proxies get it over a socket. */
export interface BenchRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

const HOST = 'shop.example';
const ORIGIN = `https://${HOST}`;

const KB = 1024;

/**
 * Honest requests as a shop sees them, and two large ones. The `i`-th of a kind is never like another, or a cache inside a
 * regular expression engine would answer for the rules.
 */
export const REQUESTS = {
  browserGet: (i) =>
    get(`/products/blanket-${i}?ref=home&page=${i}`, {
      ...browserHeaders(i),
      cookie: `sid=${randomUUID()}; theme=dark; cart=${i}`,
      referer: `${ORIGIN}/products?page=${i}`,
    }),
  apiGet: (i) =>
    get(`/api/products?limit=20&after=${randomUUID()}&sort=price`, {
      ...scriptHeaders(i, ORIGIN),
      authorization: `Bearer ${randomUUID()}${randomUUID()}`,
    }),
  jsonPost2KB: (i) => post('/api/orders', scriptHeaders(i, ORIGIN), 'application/json', order(i, 2 * KB)),
  form10Fields: (i) => postForm('/checkout', i, checkout(i)),
  form64KB: (i) => postForm('/reviews', i, { stars: '4', review: prose(i, 64 * KB) }),
  json64KB: (i) =>
    post('/api/import', scriptHeaders(i, ORIGIN), 'application/json', JSON.stringify({ values: values(i, 2000) })),
} satisfies Record<string, (i: number) => BenchRequest>;

export type RequestKind = keyof typeof REQUESTS;

/** The request as the Worker hands it to the engine. */
export function partsOf({ method, target, headers, body }: BenchRequest): RequestParts {
  const bytes = body === null ? null : new TextEncoder().encode(body);
  return {
    method,
    url: ORIGIN + target,
    headers: Object.entries(headers),
    body: bytes,
    bodyTruncated: false,
  };
}

function get(target: string, headers: Record<string, string>): BenchRequest {
  return { method: 'GET', target, headers: { host: HOST, ...headers }, body: null };
}

function post(target: string, headers: Record<string, string>, type: string, body: string): BenchRequest {
  const length = String(Buffer.byteLength(body));
  return {
    method: 'POST',
    target,
    headers: { host: HOST, ...headers, 'content-type': type, 'content-length': length },
    body,
  };
}

function postForm(target: string, i: number, fields: Record<string, string>): BenchRequest {
  const headers = { ...browserHeaders(i), origin: ORIGIN, 'sec-fetch-site': 'same-origin' };
  return post(target, headers, 'application/x-www-form-urlencoded', new URLSearchParams(fields).toString());
}

function checkout(i: number): Record<string, string> {
  return {
    name: `Ann Example ${i}`,
    email: `ann.${i}@mail.example`,
    street: '12 Harbour Road',
    city: 'Galway',
    postcode: 'H91 X0X0',
    country: 'IE',
    phone: '+353 91 000000',
    note: "Please ring twice; the bell doesn't always work.",
    gift: 'no',
    token: randomUUID(),
  };
}

/** An order of about `size` bytes: lines as shops send them, with a sentence of a person in each. */
function order(i: number, size: number): string {
  const lines: object[] = [];
  const build = () => JSON.stringify({ order: randomUUID(), customer: i, lines });
  let length = build().length;
  while (length < size) {
    const sku = `SKU-${i}-${lines.length}`;
    const line = { id: lines.length, sku, price: 12.5, note: `Wrap number ${lines.length} in paper, please.` };
    lines.push(line);
    length += JSON.stringify(line).length + 1;
  }
  return build();
}

const WORDS =
  'The blanket arrived on a rainy Tuesday and has kept all three of us warm ever since although the colour is a little darker than the picture we saw online last month'.split(
    ' ',
  );

/** What a person with a lot to say writes, `size` bytes of it. */
function prose(i: number, size: number): string {
  let text = '';
  for (let at = i; text.length < size; at += 7) text += `${WORDS[at % WORDS.length]}${at % 13 === 0 ? '. ' : ' '}`;
  return text.slice(0, size);
}

/** Short values of the kinds that an import has, 64 KB in all for 2,000 of them. */
function values(i: number, count: number): unknown[] {
  return Array.from({ length: count }, (_, at) => {
    const kind = at % 4;
    if (kind === 0) return `SKU-${i}-${at}-${WORDS[at % WORDS.length]}-${WORDS[(at * 3) % WORDS.length]}`;
    if (kind === 1)
      return `${WORDS[at % WORDS.length]} ${WORDS[(at * 5) % WORDS.length]} number ${at}, boxed and wrapped in paper twice over`;
    if (kind === 2)
      return `2026-11-${String(1 + (at % 28)).padStart(2, '0')}T10:${String(at % 60).padStart(2, '0')}:00Z`;
    return `ann.${at}.${i}@mail.example`;
  });
}
