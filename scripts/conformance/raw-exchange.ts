import { connect } from 'node:net';

/** The head of an answer, or why there was none. */
export type RawAnswer =
  | { readonly ok: true; readonly status: number; readonly headers: ReadonlyMap<string, string> }
  | { readonly ok: false; readonly failure: string };

/** Longer than any answer takes here: a server that waits for more of a request than the test sends would wait for ever. */
const PATIENCE_MS = 3000;

/** Sends these very bytes over a connection of their own and reads the answer's head. Never rejects. */
export function exchange(port: number, bytes: Uint8Array): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(bytes));
    const end = (answer: RawAnswer) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end({ ok: false, failure: 'no answer in time' }), PATIENCE_MS);
    socket.setEncoding('latin1');
    socket.on('data', (piece: string) => {
      received += piece;
      const head = readHead(received);
      if (head !== null) end(head);
    });
    socket.on('end', () => end({ ok: false, failure: 'the connection was closed without an answer' }));
    socket.on('error', (error) => end({ ok: false, failure: error.message }));
  });
}

function readHead(text: string): RawAnswer | null {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1]);
  if (Number.isNaN(status)) return { ok: false, failure: `an answer that is no HTTP: ${statusLine.slice(0, 80)}` };
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { ok: true, status, headers };
}
