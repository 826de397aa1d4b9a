import type { ValueCollector } from '../value-collector.ts';

/**
 * Takes apart multipart/form-data (RFC 7578). Fields become arguments; of a file, the name it claims becomes `FILES`, what it
 * holds `FILES_TMP_CONTENT`. Bare line feeds, a missing last boundary and parts without a name are taken as they come.
 */
export function collectMultipart(text: string, boundary: string, out: ValueCollector): void {
  const delimiter = `--${boundary}`;
  let at = text.indexOf(delimiter);
  out.steps += at < 0 ? text.length : at;
  if (at < 0) return out.addRest('REQUEST_BODY', '', text);
  // What stands before the first boundary no parser reads, unless it reads another boundary than we do.
  out.addRest('REQUEST_BODY', '', text.slice(0, at));
  while (at < text.length) {
    const start = at + delimiter.length;
    let end = text.indexOf(`\n${delimiter}`, start);
    const last = end < 0;
    if (last) end = text.length;
    out.steps += end - at + 1;
    if (!text.startsWith('--', start) && !collectPart(text.slice(start, end), out)) {
      out.addRest('REQUEST_BODY', '', text.slice(start));
      return;
    }
    // The epilogue, for the same reason as the preamble.
    if (text.startsWith('--', start)) out.addRest('REQUEST_BODY', '', text.slice(start + 2, end).trim());
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
  while (at < part.length) {
    let end = part.indexOf('\n', at);
    if (end < 0) end = part.length;
    const line = part.slice(at, part.charCodeAt(end - 1) === 13 ? end - 1 : end);
    at = end + 1;
    if (line === '') break;
    if (/^content-disposition[\t ]*:/i.test(line)) {
      name = readParameter(line, 'name') ?? name;
      file = readParameter(line, 'filename') ?? readParameter(line, 'filename*') ?? file;
    } else if (!out.addArgument('MULTIPART_PART_HEADERS', name ?? '', line)) {
      return false;
    }
  }
  const content = part.slice(at, part.charCodeAt(part.length - 1) === 13 ? -1 : undefined);
  if (file === undefined) return out.addArgument('ARGS_POST', name ?? '', content);
  out.addRest('FILES_TMP_CONTENT', name ?? '', content);
  return out.addArgument('FILES', name ?? '', file);
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
