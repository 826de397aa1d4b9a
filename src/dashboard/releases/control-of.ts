import type { Problem } from '../../parse.ts';
import type { ViewContext } from '../shell/view.ts';
import type { Control, Reply } from './control.ts';

export function controlOf(_context: ViewContext): Control {
  return {
    get: (path) => call(path, { headers: { Accept: 'application/json' } }),
    post: (path, body) =>
      call(path, {
        method: 'POST',
        headers: { Accept: 'application/json', ...(body !== undefined && { 'Content-Type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    remove: (path) => call(path, { method: 'DELETE' }),
  };
}

async function call<T>(path: string, request: RequestInit): Promise<Reply<T>> {
  const response = await fetch(path, request).catch(() => null);
  if (response === null) return { ok: false, text: 'The shield does not answer.', problems: [] };
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return { ok: true, value: body as T };
  const problem = (body ?? {}) as { title?: string; detail?: string; problems?: Problem[] };
  return {
    ok: false,
    text: `${problem.title ?? response.status}. ${problem.detail ?? ''}`,
    problems: problem.problems ?? [],
  };
}
