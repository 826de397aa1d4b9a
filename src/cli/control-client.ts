import { EXIT } from './exit-codes.ts';
import { fail, type Answer, type Failure } from './outcome.ts';
import { readProblem } from './read-problem.ts';
import { KEY_VARIABLE } from './settings.ts';

/** A full cycle of enforcement and a collection answer after 25 s at the latest; the rest is the way. */
const PATIENCE_MS = 60_000;

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** A shield's control plane, spoken to with a key. */
export class ControlClient {
  readonly url: URL;
  readonly #key: string | null;

  constructor(url: URL, key: string | null) {
    this.url = url;
    this.#key = key;
  }

  get<T>(path: string): Promise<Answer<T>> {
    return this.#ask<T>('GET', path);
  }

  post<T>(path: string, body?: unknown): Promise<Answer<T>> {
    return this.#ask<T>('POST', path, body === undefined ? undefined : JSON.stringify(body));
  }

  /** `text` goes as it is: the shield's complaints then name the lines of the caller's own file. */
  postText<T>(path: string, text: string): Promise<Answer<T>> {
    return this.#ask<T>('POST', path, text);
  }

  patch<T>(path: string, body: unknown): Promise<Answer<T>> {
    return this.#ask<T>('PATCH', path, JSON.stringify(body));
  }

  remove<T>(path: string): Promise<Answer<T>> {
    return this.#ask<T>('DELETE', path);
  }

  /** A WebSocket that shows the key: Node's can send headers, so no cookie is needed. */
  socketClass(): typeof WebSocket {
    const headers = { 'x-admin-key': this.#key ?? '' };
    return class extends WebSocket {
      constructor(url: string | URL) {
        super(url, { headers });
      }
    };
  }

  async #ask<T>(method: Method, path: string, body?: string): Promise<Answer<T>> {
    if (this.#key === null) return NO_KEY;
    let response: Response;
    let text: string;
    try {
      response = await fetch(new URL(path, this.url), {
        method,
        headers: { 'x-admin-key': this.#key, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body }),
        // Else the key would go along to wherever the answer points.
        redirect: 'manual',
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      text = await response.text();
    } catch (error) {
      return this.#unreachable(error);
    }
    const data = response.ok ? readJson(text) : undefined;
    if (data === undefined) {
      const { status, headers } = response;
      return readProblem({ status, location: headers.get('location'), retryAfter: headers.get('retry-after'), text });
    }
    // A shield of another version may answer more, never less: contracts only grow.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return { ok: true, value: data as T };
  }

  #unreachable(error: unknown): Failure {
    const { origin } = this.url;
    if (error instanceof DOMException && error.name === 'TimeoutError') {
      return fail(
        EXIT.unreachable,
        'timeout',
        `${origin} did not answer within ${PATIENCE_MS / 1000} s`,
        'Try again in a moment.',
      );
    }
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const why = cause instanceof Error ? cause.message || cause.name : String(cause);
    const help = 'Start a shield with `npm start`, or name another with --url or EDGESHIELD_URL.';
    return fail(EXIT.unreachable, 'unreachable', `Nothing answers at ${origin}${why === '' ? '' : ` (${why})`}`, help);
  }
}

const NO_KEY: Failure = fail(
  EXIT.unauthorised,
  'no-key',
  'This wants a key',
  `Put the admin key, or one of \`edgeshield keys create\`, into ${KEY_VARIABLE}. For a shield of \`npm start\` it is read from .dev.vars.`,
);

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
