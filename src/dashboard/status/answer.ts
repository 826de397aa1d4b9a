/** What came of asking the control plane. `refused`: not signed in. `silent`: nothing answered. `problem`: its own words. */
export type Answer<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'refused' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'problem'; readonly text: string };

/** What the shield says of a failure: RFC 9457, with what was wrong with each part of what was sent. */
interface ProblemBody {
  readonly title?: string;
  readonly detail?: string;
  readonly problems?: readonly { readonly message: string }[];
}

/** A question is answered from an actor's memory; a shield that takes longer is as good as gone, and is asked again soon. */
const PATIENCE_MS = 9000;
/** A cycle collects for up to 25 s and then talks to Cloudflare. */
const LONG_PATIENCE_MS = 90_000;

/** Asks for what `T` promises. A test that failed answers JSON like one that passed. */
export function ask<T>(path: string): Promise<Answer<T>> {
  return call(path, { headers: { Accept: 'application/json' }, signal: AbortSignal.timeout(PATIENCE_MS) });
}

/** Has something done. */
export function order<T>(
  path: string,
  body?: unknown,
  method: 'POST' | 'PATCH' | 'DELETE' = 'POST',
): Promise<Answer<T>> {
  return call(path, {
    method,
    headers: { Accept: 'application/json', ...(body !== undefined && { 'Content-Type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(LONG_PATIENCE_MS),
  });
}

/** Takes something away. */
export function remove<T>(path: string): Promise<Answer<T>> {
  return order(path, undefined, 'DELETE');
}

async function call<T>(path: string, request: RequestInit): Promise<Answer<T>> {
  const response = await fetch(path, request).catch(() => null);
  if (response === null) return { kind: 'silent' };
  if (response.status === 401) return { kind: 'refused' };
  const type = response.headers.get('Content-Type') ?? '';
  if (type.startsWith('application/json')) {
    const value: T | null = await response.json().catch(() => null);
    return value === null ? { kind: 'silent' } : { kind: 'ok', value };
  }
  const problem: ProblemBody = type.startsWith('application/problem+json')
    ? await response.json().catch(() => ({}))
    : {};
  return { kind: 'problem', text: words(problem, response.status) };
}

function words({ title, detail, problems = [] }: ProblemBody, status: number): string {
  // The first few say what to mend; hundreds would bury it.
  const said = problems.length > 0 ? problems.slice(0, 3).map(({ message }) => message) : [detail ?? ''];
  const parts = [title ?? `The shield answered ${status}`, ...said].filter((part) => part !== '');
  return parts.map((part) => (/[.!?]$/.test(part) ? part : `${part}.`)).join(' ');
}
