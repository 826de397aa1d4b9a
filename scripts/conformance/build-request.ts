import type { StageInput } from './ftw-test.ts';

const FORM = 'application/x-www-form-urlencoded';
/** Spelled as go-ftw spells it: the anchors bind only the first and the last. */
const METHODS_WITH_BODY = /^POST|PUT|PATCH|DELETE$/;

/**
 * The bytes that go-ftw would send for a test: header names and bodies are left as wrong as the test wants them, and only what
 * it does not say is filled in, unless it forbids that too.
 */
export function buildRequest(input: StageInput): Buffer {
  if (input.raw !== null) return input.raw;
  const headers = input.headers.slice();
  const header = (name: string) => headers.find(([key]) => key.toLowerCase() === name)?.[1];
  let data = input.data ?? '';
  if (data !== '' && input.autocomplete) {
    if (header('content-type') === undefined) headers.push(['Content-Type', FORM]);
    if (header('content-type')?.toLowerCase() === FORM) data = encodeForm(data);
  }
  // Authors of YAML write lines; a multipart body's end in CR LF (RFC 2046, section 4.1.1).
  if (header('content-type')?.toLowerCase().includes('multipart/form-data;') === true)
    data = data.replaceAll(/\r?\n/g, '\r\n');
  const body = Buffer.from(data);
  if (input.autocomplete) {
    if (header('connection') === undefined) headers.push(['Connection', 'close']);
    if (
      header('content-length') === undefined &&
      (body.length > 0 || (input.tellsEmptiness && METHODS_WITH_BODY.test(input.method)))
    )
      headers.push(['Content-Length', String(body.length)]);
  }
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.concat([Buffer.from(`${input.method} ${input.uri} ${input.version}\r\n${lines}\r\n`), body]);
}

/** A form is written down unencoded, or already encoded: it is encoded when decoding changes nothing. */
function encodeForm(data: string): string {
  if (/[%+]/.test(data)) return data;
  return data
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 0) return escapeQuery(pair);
      return `${escapeQuery(pair.slice(0, equals))}=${escapeQuery(pair.slice(equals + 1))}`;
    })
    .join('&');
}

/** As Go's `url.QueryEscape`: everything but letters, digits and `-_.~`; a space becomes a plus sign. */
function escapeQuery(text: string): string {
  return Buffer.from(text)
    .toString('latin1')
    .replaceAll(/[^A-Za-z0-9\-_.~ ]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
    .replaceAll(' ', '+');
}
