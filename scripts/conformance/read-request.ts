/** A request as its bytes say it; texts are byte strings. */
export interface WireRequest {
  readonly method: string;
  readonly target: string;
  /** `HTTP/1.1`; a request line that has none is of HTTP/0.9 (RFC 1945, section 4.1). */
  readonly protocol: string;
  /** In the order in which they came, each as often as it came. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

/**
 * Takes a request apart as leniently as any server might: what a suite sends is often no HTTP, and the in-process run shows the
 * engine all of it. Never throws.
 */
export function readRequest(bytes: Buffer): WireRequest {
  const text = bytes.toString('latin1');
  const end = /\r?\n\r?\n/.exec(text);
  const head = end === null ? text : text.slice(0, end.index);
  const rest = end === null ? bytes.length : end.index + end[0].length;
  const [requestLine = '', ...lines] = head.split(/\r?\n/);
  const headers: [string, string][] = [];
  for (const line of lines) {
    const last = headers.at(-1);
    const colon = line.indexOf(':');
    // A folded line goes on with the one before (RFC 9112, section 5.2).
    if (/^[ \t]/.test(line) && last !== undefined) last[1] += ` ${line.trim()}`;
    else if (colon > 0) headers.push([line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')]);
  }
  const chunked = headers.some(([name, value]) => name.toLowerCase() === 'transfer-encoding' && /chunked/i.test(value));
  const body = bytes.subarray(rest);
  return { ...readRequestLine(requestLine), headers, body: chunked ? joinChunks(body) : body };
}

/** The target is all between the first word and the last where that looks like a protocol, or is the third of three: tests put blanks in targets. */
function readRequestLine(line: string): Pick<WireRequest, 'method' | 'target' | 'protocol'> {
  const [, method = '', rest = ''] = /^\s*(\S*) ?(.*)$/s.exec(line) ?? [];
  const [, target = rest.trimEnd(), protocol = 'HTTP/0.9'] =
    /^(.*) (HTTP[^ ]*)$/s.exec(rest) ?? /^([^ ]*) ([^ ]+)$/.exec(rest) ?? [];
  return { method, target, protocol };
}

/** The chunks of a body (RFC 9112, section 7.1), as far as they can be read. */
function joinChunks(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const line = body.indexOf('\r\n', at);
    const size = line < 0 ? Number.NaN : Number.parseInt(body.toString('latin1', at, line), 16);
    if (!(size > 0)) return Buffer.concat(chunks);
    chunks.push(body.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}
