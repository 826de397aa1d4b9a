import type { ProblemDetails } from '../pages/problem.ts';

export type JsonBody =
  | { readonly ok: true; readonly text: string; readonly data: unknown }
  | { readonly ok: false; readonly problem: ProblemDetails };

/** Reads a JSON body of at most `limit` bytes; what is longer is refused while it arrives, not after. */
export async function readJson(request: Request, limit: number): Promise<JsonBody> {
  let bytes: Uint8Array | null;
  try {
    bytes = await readBounded(request, limit);
  } catch {
    // The sender went away, so nobody reads this; but it is no bug either.
    return fail(400, 'broken-body', 'The body broke off', 'It did not arrive in full.');
  }
  if (bytes === null)
    return fail(413, 'body-too-large', 'The body is too large', `At most ${limit} bytes are taken here.`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return fail(400, 'bad-json', 'The body is not JSON', 'JSON is UTF-8 text (RFC 8259); these bytes are not.');
  }
  if (text.trim() === '') return fail(400, 'bad-json', 'The body is empty', 'A JSON document is expected.');
  try {
    return { ok: true, text, data: JSON.parse(text) as unknown };
  } catch (error) {
    // The parser's message tells the place and quotes only what the sender sent.
    const where = error instanceof SyntaxError ? error.message : 'It cannot be parsed.';
    return fail(400, 'bad-json', 'The body is not JSON', where);
  }
}

async function readBounded(request: Request, limit: number): Promise<Uint8Array | null> {
  if (Number(request.headers.get('Content-Length') ?? 0) > limit) return null;
  if (request.body === null) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  const stream: ReadableStream<Uint8Array> = request.body;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    // Leaving the loop cancels the stream.
    if (size > limit) return null;
    chunks.push(chunk);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

function fail(status: number, kind: string, title: string, detail: string): JsonBody {
  return { ok: false, problem: { status, kind, title, detail } };
}
