/** A request as `POST /admin/rules/test` takes it. */
export interface TestRequest {
  readonly method?: string;
  readonly path: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly ip?: string;
  readonly country?: string;
}

export type ReadRequest =
  | { readonly ok: true; readonly request: TestRequest }
  | { readonly ok: false; readonly problem: string };

const REQUEST_LINE = /^([A-Za-z]{1,32}) (\S.*?)(?: HTTP\/[\d.]+)?$/;
const HOW =
  'Paste a request as it went over the wire (GET /path HTTP/1.1, headers, an empty line, the body), a curl command, or an address.';

/** Reads what an operator has at hand: an HTTP request, a curl command, an address or a path. */
export function readRequest(text: string): ReadRequest {
  const pasted = text.trim();
  if (pasted === '') return { ok: false, problem: HOW };
  if (/^curl\s/.test(pasted)) return readCurl(pasted);
  if (/^https?:\/\//i.test(pasted) && !pasted.includes('\n')) return fromUrl(pasted, {});
  if (pasted.startsWith('/') && !pasted.includes('\n')) return { ok: true, request: { path: pasted } };
  return readHttp(text.trimStart());
}

/** The request in HTTP's own words, to be edited. */
export function writeRequest({ method = 'GET', path, host, headers = {}, body }: TestRequest): string {
  const head = Object.entries({ ...(host !== undefined && { Host: host }), ...headers });
  const lines = [`${method} ${path} HTTP/1.1`, ...head.map(([name, value]) => `${name}: ${value}`)];
  return `${lines.join('\n')}\n${body === undefined ? '' : `\n${body}`}`;
}

function readHttp(text: string): ReadRequest {
  const plain = text.replaceAll('\r\n', '\n');
  const gap = plain.indexOf('\n\n');
  const [first = '', ...lines] = (gap < 0 ? plain.trimEnd() : plain.slice(0, gap)).split('\n');
  const line = REQUEST_LINE.exec(first.trim());
  if (line === null) return { ok: false, problem: `“${first.slice(0, 60)}” is no request line. ${HOW}` };
  const headers: Record<string, string> = {};
  for (const [index, header] of lines.entries()) {
    const colon = header.indexOf(':');
    if (colon < 1) return { ok: false, problem: `Line ${index + 2} is no header: it has no colon.` };
    const name = header.slice(0, colon).trim();
    const before = headers[name];
    headers[name] = `${before === undefined ? '' : `${before}, `}${header.slice(colon + 1).trim()}`;
  }
  const body = gap < 0 ? '' : plain.slice(gap + 2);
  const rest = { method: line[1] ?? 'GET', headers, ...(body !== '' && { body }) };
  const target = line[2] ?? '/';
  if (/^https?:\/\//i.test(target)) return fromUrl(target, rest);
  if (!target.startsWith('/')) return { ok: false, problem: 'The path must begin with a slash.' };
  return { ok: true, request: { ...rest, path: target } };
}

function fromUrl(url: string, rest: Omit<TestRequest, 'path'>): ReadRequest {
  // As it is written, for a URL object would already take dots and encodings apart.
  const found = /^https?:\/\/([^/?#]+)([^#]*)/i.exec(url);
  if (found === null) return { ok: false, problem: `“${url.slice(0, 60)}” is no address.` };
  const [, host = '', path = ''] = found;
  return { ok: true, request: { ...rest, host, path: path.startsWith('/') ? path : `/${path}` } };
}

/** curl's options that take a value, and the header each stands for. */
const HEADER_OPTIONS: Readonly<Record<string, string>> = {
  '-A': 'User-Agent',
  '--user-agent': 'User-Agent',
  '-b': 'Cookie',
  '--cookie': 'Cookie',
  '-e': 'Referer',
  '--referer': 'Referer',
};
const METHOD_OPTIONS: ReadonlySet<string> = new Set(['-X', '--request']);
const HEADER_LINES: ReadonlySet<string> = new Set(['-H', '--header']);
const BODY_OPTIONS: ReadonlySet<string> = new Set(['-d', '--data', '--data-raw', '--data-binary', '--data-ascii']);
/** They take a value that says nothing about the request. */
const OTHER_OPTIONS: ReadonlySet<string> = new Set(['-o', '--output', '-m', '--max-time', '-x', '--proxy', '-w']);

function readCurl(command: string): ReadRequest {
  const words = splitWords(command.replaceAll(/\\\n/g, ' ')).slice(1);
  const headers: Record<string, string> = {};
  const bodies: string[] = [];
  let method: string | undefined;
  let url: string | undefined;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const value = words[at + 1] ?? '';
    const header = HEADER_OPTIONS[word];
    if (header !== undefined) headers[header] = value;
    else if (METHOD_OPTIONS.has(word)) method = value;
    else if (BODY_OPTIONS.has(word)) bodies.push(value);
    else if (HEADER_LINES.has(word)) {
      const colon = value.indexOf(':');
      if (colon > 0) headers[value.slice(0, colon).trim()] = value.slice(colon + 1).trim();
    } else if (word === '--url') url = value;
    else if (!OTHER_OPTIONS.has(word)) {
      if (!word.startsWith('-')) url = word;
      continue;
    }
    at++;
  }
  if (url === undefined) return { ok: false, problem: 'This curl command names no address.' };
  const body = bodies.length > 0 ? bodies.join('&') : undefined;
  if (body !== undefined && !Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')) {
    headers['Content-Type'] = 'application/x-www-form-urlencoded';
  }
  const rest = {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers,
    ...(body !== undefined && { body }),
  };
  return fromUrl(/^https?:\/\//i.test(url) ? url : `http://${url}`, rest);
}

/** As a POSIX shell splits words, with `$'...'` as browsers write it. */
function splitWords(text: string): readonly string[] {
  const words: string[] = [];
  const pattern = /\s+|\$'((?:[^'\\]|\\.)*)'|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)/gs;
  let word: string | null = null;
  for (const [part, dollar, single, double, escaped, bare] of text.matchAll(pattern)) {
    if (/^\s/.test(part)) {
      if (word !== null) words.push(word);
      word = null;
      continue;
    }
    const inner = dollar === undefined ? double?.replaceAll(/\\(["\\$`])/g, '$1') : unescape(dollar);
    word = `${word ?? ''}${inner ?? single ?? escaped ?? bare ?? ''}`;
  }
  if (word !== null) words.push(word);
  return words;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function unescape(text: string): string {
  return text.replaceAll(/\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|(.))/gis, (_, long, short, one) => {
    const code: unknown = long ?? short;
    return typeof code === 'string'
      ? String.fromCharCode(Number.parseInt(code, 16))
      : (ESCAPES[String(one)] ?? String(one));
  });
}
