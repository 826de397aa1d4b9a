import type { ValueCollector } from '../value-collector.ts';

/** A sender with more has something to hide; each costs another pass over the body. */
const BOUNDARY_LIMIT = 3;

/**
 * The boundaries that a parser may take a body to have. Where the header gives several, origins differ in which they use (and in
 * whether they know RFC 2231's `boundary*`): what is a file's inside by one may be a field by another. Without any, the body's first line tells.
 */
export function listBoundaries(contentType: string, text: string): readonly string[] {
  const found = new Set<string>();
  const add = (boundary: string | undefined) => {
    if (boundary !== undefined && boundary !== '' && found.size < BOUNDARY_LIMIT) found.add(boundary);
  };
  add(readParameter(contentType, 'boundary'));
  for (const [, quoted, plain] of contentType.matchAll(BOUNDARY)) {
    const boundary = (quoted ?? plain ?? '').trim();
    if (text.includes(`--${boundary}`)) add(boundary);
  }
  if (found.size === 0) add(FIRST_LINE.exec(text)?.[1]);
  return [...found];
}

const BOUNDARY = /boundary(?:\*0?\*?)?[\t ]{0,9}=[\t ]{0,9}(?:[\w-]{0,20}'[\w-]{0,20}')?(?:"([^"]*)"|([^;,]*))/gi;
/** RFC 2046, 5.1.1: at most 70 characters, on the first line after `--`. */
const FIRST_LINE = /^--([\x21-\x7e]{1,70})\r?\n/;

/**
 * Takes apart multipart/form-data (RFC 7578). Fields become arguments; of a file, the name it claims becomes `FILES`, what it
 * holds `FILES_TMP_CONTENT`. Bare line feeds, a missing last boundary and parts without a name are taken as they come.
 */
export function collectMultipart(text: string, boundary: string, out: ValueCollector): void {
  const delimiter = `--${boundary}`;
  let at = text.indexOf(delimiter);
  out.steps += at < 0 ? text.length : at;
  if (at < 0) return out.addRest('UNPARSED_BODY', '', text);
  // What stands before the first boundary no parser reads, unless it reads another boundary than we do.
  out.addRest('UNPARSED_BODY', '', text.slice(0, at));
  while (at < text.length) {
    const start = at + delimiter.length;
    let end = text.indexOf(`\n${delimiter}`, start);
    const last = end < 0;
    if (last) end = text.length;
    out.steps += end - at + 1;
    if (!text.startsWith('--', start) && !collectPart(text.slice(start, end), out)) {
      out.addRest('UNPARSED_BODY', '', text.slice(start));
      return;
    }
    // The epilogue, for the same reason as the preamble.
    if (text.startsWith('--', start)) out.addRest('UNPARSED_BODY', '', text.slice(start + 2, end).trim());
    if (last) return;
    at = end + 1;
  }
}

/** One part: the rest of the boundary's line, header lines, an empty line, content. */
function collectPart(part: string, out: ValueCollector): boolean {
  let at = part.indexOf('\n') + 1;
  if (at === 0) return true;
  let name: string | undefined;
  let file: string | undefined;
  let dispositions = 0;
  const headers: string[] = [];
  let isBase64 = false;
  while (at < part.length) {
    let end = part.indexOf('\n', at);
    if (end < 0) end = part.length;
    const line = part.slice(at, part.charCodeAt(end - 1) === 13 ? end - 1 : end);
    at = end + 1;
    if (line === '') break;
    headers.push(line);
    if (/^content-disposition[\t ]*:/i.test(line)) {
      dispositions++;
      name = readParameter(line, 'name') ?? name;
      file = readParameter(line, 'filename') ?? readParameter(line, 'filename*') ?? file;
      continue;
    }
    isBase64 ||= /^content-transfer-encoding[\t ]*:[\t ]*base64/i.test(line);
  }
  // Under the part's name, which any of them may bring.
  for (const line of headers) if (!out.addArgument('MULTIPART_PART_HEADERS', name ?? '', line)) return false;
  const content = part.slice(at, part.charCodeAt(part.length - 1) === 13 ? -1 : undefined);
  // RFC 7578, 4.7, has done away with it, and Django and others still undo it.
  const contents = isBase64 ? [content, decodeBase64(content)] : [content];
  // Go takes a part with an empty file name for a field; of two dispositions some read the first and some the last.
  const mayBeField = file === undefined || dispositions > 1 || (file === '' && content !== '');
  for (const text of contents) {
    if (mayBeField && !out.addArgument('ARGS_POST', name ?? '', text)) return false;
    if (file !== undefined) out.addRest('FILES_TMP_CONTENT', name ?? '', text);
  }
  return file === undefined || out.addArgument('FILES', name ?? '', file);
}

/** As byte string; what is no base64 is left out, as tolerant decoders do. */
function decodeBase64(text: string): string {
  const digits = text.replace(/[^A-Za-z0-9+/]/g, '');
  return atob(digits.slice(0, digits.length - (digits.length % 4 === 1 ? 1 : 0)));
}

/** A parameter of a header line: `name="a"`, `name=a`; a quoted value may hold `\"`. */
export function readParameter(line: string, wanted: string): string | undefined {
  let at = line.indexOf(';');
  while (at >= 0 && at < line.length) {
    at++;
    const equals = line.indexOf('=', at);
    if (equals < 0) return undefined;
    const key = line.slice(at, equals).trim().toLowerCase();
    let start = equals + 1;
    while (line.charCodeAt(start) === 32 || line.charCodeAt(start) === 9) start++;
    let value: string;
    if (line.charCodeAt(start) === 34) {
      let end = start + 1;
      while (end < line.length && line.charCodeAt(end) !== 34) end += line.charCodeAt(end) === 92 ? 2 : 1;
      value = line.slice(start + 1, end).replaceAll('\\"', '"');
      at = line.indexOf(';', end);
    } else {
      at = line.indexOf(';', start);
      value = line.slice(start, at < 0 ? undefined : at).trim();
    }
    // A `;` inside a key means that a quoted value was left open: the last piece is the key.
    if (key === wanted || key.endsWith(`;${wanted}`)) return value;
  }
  return undefined;
}
