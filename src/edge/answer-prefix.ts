import { inspectBody } from './body-prefix.ts';

/** The beginning of what the origin answered, with all of it still to be sent on. */
export interface InspectedAnswer {
  /** The first bytes of the body; null where none is inspected: none came, it is no text, or it streams. */
  readonly prefix: Uint8Array | null;
  /** The body goes on after `prefix`, or had not arrived in time. */
  readonly truncated: boolean;
  /** The answer to send on: the same bytes as came. `done` settles when all has been handed on, and never rejects. */
  forward(): { readonly response: Response; readonly done: Promise<void> };
  /** Lets go of an answer that is not sent on. */
  discard(): void;
}

export interface AnswerLimits {
  /** Bytes of the body that are inspected. */
  readonly bytes: number;
  /** Milliseconds that the first of them are held back for the others; what then has come is inspected, the rest flows by. */
  readonly waitMs: number;
}

/** Text that a browser or a program reads: what could leak in it can be told. Images and archives are not held back for nothing. */
const TEXT =
  /^\s*(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml)\b|application\/(?:x-)?(?:javascript|ndjson|sql|yaml)\b)/i;
/** Sent bit by bit, and waited for bit by bit (WHATWG HTML, server-sent events; gRPC-Web in text). */
const STREAM = /^\s*(?:text\/event-stream|application\/(?:x-)?ndjson|application\/stream\+json)\b/i;
/** What the platform has undone when a Worker reads the body, and does again when the response leaves. */
const UNDONE = /^\s*(?:gzip|br|identity)?\s*$/i;
/** RFC 9110, section 15: statuses that have no body; a response with one beyond 599 cannot be made anew. */
const BODILESS = new Set([101, 103, 204, 205, 304]);

/**
 * Holds back the first bytes of an answer for inspection, where it is a text and no stream: all else passes at once.
 * Null when the body broke off within them.
 */
export async function readAnswer(
  response: Response,
  method: string,
  { bytes, waitMs }: AnswerLimits,
): Promise<InspectedAnswer | null> {
  const { body, headers, status } = response;
  const type = headers.get('Content-Type') ?? '';
  const isText = TEXT.test(type) && !STREAM.test(type) && UNDONE.test(headers.get('Content-Encoding') ?? '');
  if (body === null || method === 'HEAD' || BODILESS.has(status) || status > 599 || !isText) return passBy(response);
  // Packed bodies are read unpacked: their declared length is another's.
  const packed = headers.has('Content-Encoding');
  const declared = headers.get('Content-Length');
  const length = !packed && declared !== null && /^\d{1,15}$/.test(declared) ? Number(declared) : null;
  const read = await inspectBody(body, bytes, length, waitMs);
  if (read === null) return null;
  return {
    prefix: read.prefix,
    truncated: read.truncated,
    forward() {
      const onward = read.forward();
      const whole = new Response(onward.body, response);
      if (packed) whole.headers.delete('Content-Length');
      return { response: whole, done: onward.done };
    },
    discard: () => read.discard(),
  };
}

function passBy(response: Response): InspectedAnswer {
  return {
    prefix: null,
    truncated: response.body !== null,
    forward: () => ({ response, done: DONE }),
    discard: () => {
      response.body?.cancel().catch(() => {});
    },
  };
}

const DONE: Promise<void> = Promise.resolve();
