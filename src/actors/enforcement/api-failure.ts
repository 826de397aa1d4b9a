import { APIConnectionTimeoutError, APIError, APIUserAbortError } from 'cloudflare/core/error';
import type { ApiFailure, ApiFailureKind } from './lists-api.ts';

/** What is told of an error; the API's own texts are one sentence. */
const MESSAGE_LIMIT = 300;
/** Cloudflare says with one status, 429, that calls are too many and that an operation is under way. */
const PENDING = /pending|in progress|outstanding|being processed|until one completes/i;
/** It does not document with which code it refuses what an account has no room for. */
const NO_ROOM = /maximum|exceed|quota|limit/i;

/** What went wrong with a call, as a value; `secret` is kept out of the message, should the other side have repeated it. */
export function readFailure(error: unknown, secret: string): ApiFailure {
  const { message, status, retryAfterMs } = describe(error);
  const clean = secret === '' ? message : message.replaceAll(secret, '[redacted]');
  return { ok: false, kind: kindOf(error, status, message), message: clean.slice(0, MESSAGE_LIMIT), retryAfterMs };
}

function describe(error: unknown): { message: string; status: number | undefined; retryAfterMs: number | null } {
  if (!(error instanceof APIError)) {
    const message = error instanceof Error ? error.message : String(error);
    return { message: `no usable answer from the Cloudflare API: ${message}`, status: undefined, retryAfterMs: null };
  }
  const status: number | undefined = error.status;
  const first = error.errors[0];
  const told = first === undefined ? error.message : `${first.message} (code ${first.code})`;
  const prefix = status === undefined ? 'no answer from the Cloudflare API' : `the Cloudflare API answered ${status}`;
  return { message: `${prefix}: ${told}`, status, retryAfterMs: readRetryAfter(error.headers) };
}

/** Seconds alone: a date would be by the other side's clock. */
function readRetryAfter(headers: Headers | undefined): number | null {
  const text = headers?.get('retry-after') ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) * 1000 : null;
}

function kindOf(error: unknown, status: number | undefined, message: string): ApiFailureKind {
  if (error instanceof APIConnectionTimeoutError || error instanceof APIUserAbortError) return 'timeout';
  if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')) return 'timeout';
  // Also an answer of 2xx that could not be read: what it was an answer to may have been done.
  if (status === undefined || status >= 500) return 'unavailable';
  if (status === 408) return 'timeout';
  if (status === 429) return PENDING.test(message) ? 'pending' : 'rate-limited';
  if (status === 404) return 'not-found';
  if (NO_ROOM.test(message)) return 'limit';
  return status === 401 || status === 403 ? 'unauthorized' : 'invalid';
}
