import { EXIT } from './exit-codes.ts';
import { fail, type Answer } from './outcome.ts';

/** What POST /admin/rules/test takes. */
export interface TestRequest {
  readonly method?: string;
  readonly path: string;
  readonly host?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly ip?: string;
  readonly country?: string;
  readonly asn?: number;
}

/** `Name: value`, as curl's -H takes it. */
export function readHeader(line: string): readonly [name: string, value: string] | null {
  const found = /^([\w!#$%&'*+.^`|~-]+)\s*:\s*(.*)$/.exec(line.trim());
  return found === null ? null : [found[1] ?? '', found[2] ?? ''];
}

/** A whole URL names its host too; a path is one. */
export function readTarget(target: string): { readonly path: string; readonly host?: string } | null {
  if (target.startsWith('/')) return { path: target };
  const found = /^https?:\/\/([^/?#]+)([^#]*)/i.exec(target);
  if (found === null) return null;
  const rest = found[2] ?? '';
  // Kept as it was written: a URL parser would mend what an attack is made of.
  return { host: found[1] ?? '', path: rest.startsWith('/') ? rest : `/${rest}` };
}

/** A request as it was on the wire (RFC 9112), from a log or a proxy: request line, headers, an empty line, the body. */
export function readRawRequest(text: string): Answer<TestRequest> {
  const [, head = '', body] = /^([\s\S]*?)(?:\r?\n\r?\n([\s\S]*))?$/.exec(text.replace(/^(?:\r?\n)+/, '')) ?? [];
  const [line = '', ...lines] = head.trimEnd().split(/\r?\n/);
  const [, method, target] = /^([A-Za-z]{1,32})\s+(\S.*?)(?:\s+HTTP\/[\d.]+)?$/.exec(line) ?? [];
  const read = target === undefined ? null : readTarget(target);
  if (method === undefined || read === null) {
    return fail(
      EXIT.usage,
      'bad-request',
      `"${line.slice(0, 80)}" is no request line`,
      'It looks like: GET /search?q=1 HTTP/1.1',
    );
  }
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const header = readHeader(line);
    if (header === null)
      return fail(EXIT.usage, 'bad-request', `"${line.slice(0, 80)}" is no header`, 'It looks like: Name: value');
    headers[header[0]] = header[1];
  }
  const sent = body === undefined || body === '' ? {} : { body };
  return { ok: true, value: { method, headers, ...read, ...sent } };
}
