import type { Problem } from '../../parse.ts';
import type { Control, Reply } from './control.ts';

/** A ruleset of some hundred KB takes the registry seconds to prove. */
const PATIENCE_MS = 60_000;
const SILENCE = 'The shield does not answer. Try again in a moment.';
const ENDED =
  'Your session has ended. Reload the page and sign in again; what you wrote here is lost by that, so copy it first.';

/** What the shield says of a failure: RFC 9457, with what was wrong with each part of what was sent. */
interface ProblemBody {
  readonly title?: string;
  readonly detail?: string;
  readonly problems?: readonly Problem[];
}

/** The control plane over the session's cookie. */
export const CONTROL: Control = {
  get: (path) => call('GET', path),
  post: (path, body) => call('POST', path, body),
};

async function call<T>(method: string, path: string, body?: unknown): Promise<Reply<T>> {
  const response = await fetch(path, {
    method,
    headers: { Accept: 'application/json', ...(body !== undefined && { 'Content-Type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch(() => null);
  if (response === null) return fail(SILENCE);
  if (response.status === 401) return fail(ENDED);
  if (response.ok) {
    const value: T | null = await response.json().catch(() => null);
    return value === null ? fail(SILENCE) : { ok: true, value };
  }
  const problem: ProblemBody = await response.json().catch(() => ({}));
  const { title = `The shield answered ${response.status}`, detail = '', problems = [] } = problem;
  const retry = response.headers.get('Retry-After');
  const later = response.status === 429 && retry !== null ? `Try again in ${retry} seconds.` : '';
  // Each problem is told at its place, so that the words need not send anybody to look for them.
  const said = problems.length > 0 ? 'Nothing was changed.' : detail;
  return fail([`${title}.`, said, later].filter((part) => part !== '').join(' '), problems);
}

function fail(text: string, problems: readonly Problem[] = []): Reply<never> {
  return { ok: false, text, problems };
}
