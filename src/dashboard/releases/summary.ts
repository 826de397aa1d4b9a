import type { Published } from './published.ts';

/** What a release adds, removes and changes, in a sentence; empty where it is nothing. */
export function summary({ changes: { added, removed, altered } }: Published): string {
  const parts = [
    [added, 'added'],
    [removed, 'removed'],
    [altered, 'changed'],
  ] as const;
  const said = parts.filter(([ids]) => ids.length > 0).map(([ids, what]) => `${ids.length} ${what} (${few(ids)})`);
  return said.length === 0 ? '' : `${said.join(', ')}.`;
}

function few(ids: readonly string[]): string {
  return ids.length <= 4 ? ids.join(', ') : `${ids.slice(0, 3).join(', ')} and ${ids.length - 3} more`;
}
