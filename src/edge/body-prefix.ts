/**
 * Looks at the beginning of a request's body and still lets all of it stream on, so that an upload of any size costs the
 * isolate no more memory than the inspected part.
 */
export interface InspectedBody {
  /** The first bytes, at most the limit; null when there is no body. */
  readonly prefix: Uint8Array | null;
  /** The body goes on after `prefix`, or had not arrived in time. */
  readonly truncated: boolean;
  /** The waiting ended before the prefix was whole. */
  readonly late: boolean;
  /** What the operator should know when the body passes: that, and why, it could not be inspected; null when it could. */
  readonly unread: string | null;
  /** The body to send on: the same bytes as came. */
  forward(): ForwardBody;
  /** Lets go of a body that is not sent on. */
  discard(): void;
}

export interface ForwardBody {
  readonly body: BodyInit | null;
  /** Settles when all has been handed on, never rejects; keep the request alive for it. */
  readonly done: Promise<void>;
}

const DONE: Promise<void> = Promise.resolve();
export const NO_BODY: InspectedBody = {
  prefix: null,
  truncated: false,
  late: false,
  unread: null,
  forward: () => ({ body: null, done: DONE }),
  discard: () => {},
};

type Read = ReadableStreamReadResult<Uint8Array>;

/**
 * Reads until `limit` bytes are there, the body ends, or `waitMs` milliseconds have passed. `length` is the declared
 * Content-Length, kept on the way on; null for a chunked body. Null when the
 * client broke it off.
 */
export async function inspectBody(
  stream: ReadableStream<Uint8Array>,
  limit: number,
  length: number | null,
  waitMs: number,
): Promise<InspectedBody | null> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let ended = false;
  let late = false;
  // A read that was under way when the time ran out: its bytes belong to the body and are sent on when they come.
  let pending: Promise<Read> | null = null;
  const alarm = startAlarm(waitMs);
  try {
    while (size < limit) {
      pending = reader.read();
      const read = await Promise.race([pending, alarm.rung]);
      if (read === null) {
        late = true;
        break;
      }
      pending = null;
      if (read.done) {
        ended = true;
        break;
      }
      chunks.push(read.value);
      size += read.value.byteLength;
      // With the declared length in hand the end need not be waited for.
      if (length !== null && size >= length) break;
    }
  } catch {
    return null;
  } finally {
    alarm.stop();
  }
  // Whoever never waits for the read must not leave its failure unheard.
  pending?.catch(() => {});

  const whole = ended || (length !== null && size >= length);
  const read = concatenate(chunks, size);
  return {
    prefix: read.subarray(0, limit),
    truncated: !whole || size > limit,
    late,
    unread: late ? 'the body came too slowly to be inspected' : null,
    forward: () => (whole ? { body: read, done: DONE } : streamOn(reader, stream, read, pending, length)),
    discard: () => {
      reader.cancel().catch(() => {});
    },
  };
}

function streamOn(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  source: ReadableStream<Uint8Array>,
  read: Uint8Array,
  pending: Promise<Read> | null,
  length: number | null,
): ForwardBody {
  const { readable, writable } = length === null ? new IdentityTransformStream() : new FixedLengthStream(length);
  const pump = async () => {
    const writer = writable.getWriter();
    try {
      if (read.byteLength > 0) await writer.write(read);
      const late = await pending;
      if (late?.done) return await writer.close();
      if (late) await writer.write(late.value);
    } catch (error) {
      // One side went away: tell the other.
      await Promise.allSettled([writer.abort(error), reader.cancel(error)]);
      return;
    }
    writer.releaseLock();
    reader.releaseLock();
    // The runtime moves the rest without waking this isolate for every chunk.
    await source.pipeTo(writable).catch(() => {});
  };
  return { body: readable, done: pump().catch(() => {}) };
}

function startAlarm(ms: number): { readonly rung: Promise<null>; stop(): void } {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const rung = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  return { rung, stop: () => clearTimeout(timer) };
}

function concatenate(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}
