import { readUserAgent } from '../bot/user-agent.ts';
import { isBinary } from '../waf/binary.ts';
import type { RequestView, ViewValue } from '../waf/request-view.ts';

/** Where an inspected text stood. */
export type Place = 'argument' | 'path' | 'cookie' | 'header';

/** Headers whose grammar is fixed: they carry no free text, and WAF rules still read them. */
const STRUCTURED_HEADERS: ReadonlySet<string> = new Set([
  'host',
  'accept',
  'accept-charset',
  'accept-encoding',
  'accept-language',
  'authorization',
  'cache-control',
  'cf-connecting-ip',
  'cf-ipcountry',
  'cf-ray',
  'cf-visitor',
  'connection',
  'content-length',
  'content-type',
  'cookie',
  'dnt',
  'date',
  'expect',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'keep-alive',
  'origin',
  'pragma',
  'priority',
  'range',
  'save-data',
  'sec-ch-ua',
  'sec-ch-ua-mobile',
  'sec-ch-ua-platform',
  'sec-fetch-dest',
  'sec-fetch-mode',
  'sec-fetch-site',
  'sec-fetch-user',
  'sec-gpc',
  'sec-purpose',
  'sec-websocket-extensions',
  'sec-websocket-key',
  'sec-websocket-version',
  'te',
  'traceparent',
  'transfer-encoding',
  'upgrade',
  'upgrade-insecure-requests',
  'x-forwarded-proto',
  'x-real-ip',
]);

/** Signs that honest user agents do without, or with only inside a known form. */
const ODD_AGENT = /[<>{}$|`'"\\%]/;

/** Names that programs give to fields; any other name is inspected like a value. */
const PLAIN_NAME = /^[\w.\-[\]: ]*$/;

/** Calls `visit` with each text of the request in which an attack can stand, as a byte string. */
export function visitTexts(view: RequestView, visit: (text: string, place: Place) => void): void {
  for (const value of view.values) {
    const place = placeOf(value);
    if (place === null) continue;
    const text = value.name === 'referer' && place === 'header' ? withoutOrigin(value.value) : value.value;
    if (text !== '' && !(isPayload(value) && isBinary(text))) visit(text, place);
    if (place !== 'header' && value.name !== '' && !PLAIN_NAME.test(value.name)) visit(value.name, place);
  }
}

function placeOf(value: ViewValue): Place | null {
  switch (value.collection) {
    case 'ARGS_GET':
    case 'ARGS_POST':
    case 'UNPARSED_BODY':
    case 'XML':
    case 'FILES':
    case 'FILES_TMP_CONTENT':
      return 'argument';
    case 'REQUEST_FILENAME':
      return 'path';
    case 'REQUEST_COOKIES':
      return 'cookie';
    case 'REQUEST_HEADERS':
      if (STRUCTURED_HEADERS.has(value.name)) return null;
      if (value.name === 'user-agent' && isOrdinaryAgent(value.value)) return null;
      return 'header';
    // Rules read these; as texts they are the ones above once more, or too short to matter.
    case 'REQUEST_URI':
    case 'QUERY_STRING':
    case 'REQUEST_METHOD':
    case 'REVEALED':
    case 'MULTIPART_PART_HEADERS':
      return null;
  }
}

/** What may be a file's bytes: only there is anything but text to be expected. */
function isPayload({ collection }: ViewValue): boolean {
  return collection === 'UNPARSED_BODY' || collection === 'FILES_TMP_CONTENT';
}

/** A user agent is the fingerprint's to judge, unless something is written into it. */
function isOrdinaryAgent(text: string): boolean {
  const { kind } = readUserAgent(text);
  return kind !== 'malformed' && kind !== 'other' && !ODD_AGENT.test(text);
}

/** A referrer's scheme and host are no evidence of remote inclusion: what follows them is. */
function withoutOrigin(referrer: string): string {
  const scheme = referrer.indexOf('://');
  if (scheme < 0 || scheme > 10) return referrer;
  const path = referrer.indexOf('/', scheme + 3);
  return path < 0 ? '' : referrer.slice(path);
}
