import type { Published } from './published.ts';

/** What came of a release, or would come of one that was only tried. */
export function sayOutcome(result: Published): string {
  const { changed, dry_run, seq } = result;
  if (!changed) {
    return dry_run
      ? 'The shield takes it, and it changes nothing.'
      : 'It says what is in force already: nothing was published.';
  }
  return `${dry_run ? 'The shield takes it.' : `Published as release ${seq}.`} ${summary(result)}`;
}

/** What a release adds, removes and changes; empty where it is nothing. */
function summary({ changes: { added, removed, altered } }: Published): string {
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
