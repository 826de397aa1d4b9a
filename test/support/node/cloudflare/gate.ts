import type { Account } from './account.ts';
import { CHOSEN_CODE, CODE, refuse, type Answer } from './answer.ts';
import { BODY_LIMIT } from './http.ts';
import type { Course } from './operations.ts';
import { RequestLimit } from './request-limit.ts';
import { findRoute } from './routes.ts';

const FIVE_MINUTES = 5 * 60 * 1000;
/** Documented: per user, over the whole API; then nothing for five minutes. */
const REQUESTS = 1200;

export interface GateRequest {
  readonly method: string;
  /** After `/client/v4`, without its query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  /** Null: it was over the limit. */
  readonly body: string | null;
  readonly course: Course;
}

/** What stands before every endpoint: who asks, how often, and for what. */
export class Gate {
  readonly #account: Account;
  readonly #owner: { readonly token: string; readonly accountId: string; readonly zoneId: string };
  readonly #now: () => number;
  readonly #requests = new RequestLimit(REQUESTS, FIVE_MINUTES, FIVE_MINUTES);

  constructor(account: Account, owner: { token: string; accountId: string; zoneId: string }, now: () => number) {
    this.#account = account;
    this.#owner = owner;
    this.#now = now;
  }

  answer({ method, path, query, authorization, body, course }: GateRequest): Answer {
    if (authorization === undefined) return refuse(401, CODE.noToken, 'Missing Authorization header');
    if (authorization !== `Bearer ${this.#owner.token}`) return refuse(403, CODE.badToken, 'Invalid access token');
    const wait = this.#requests.spend(this.#now());
    if (wait !== null) {
      const message = `More than ${REQUESTS} requests per 300 seconds reached`;
      return { ...refuse(429, CODE.tooManyRequests, message), retryAfter: wait };
    }
    const found = findRoute(method, path);
    if ('problems' in found) return found;
    if (found.owner !== (found.scope === 'zones' ? this.#owner.zoneId : this.#owner.accountId)) {
      return refuse(403, CODE.wrongAccount, 'Authentication error');
    }
    if (body === null) return refuse(413, CHOSEN_CODE.bodyTooLarge, `the body is over ${BODY_LIMIT} bytes`);
    const parsed = parseBody(body);
    if (parsed === NOT_JSON) return refuse(400, CODE.invalidJson, 'filters.api.invalid_json');
    return found.answer(this.#account, { query, body: parsed, now: this.#now(), course });
  }
}

const NOT_JSON = Symbol('not JSON');

function parseBody(body: string): unknown {
  if (body === '') return undefined;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return NOT_JSON;
  }
}
