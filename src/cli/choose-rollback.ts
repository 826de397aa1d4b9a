import type { ReleaseRecord } from '../actors/contracts.ts';

/** What undoes the newest release of its kind: an earlier one again, or none, so that the built-in one is in force. */
export type Rollback =
  | { readonly to: 'release'; readonly seq: number }
  | { readonly to: 'built-in'; readonly ruleset: string };

/**
 * What was in force before, by the history (newest first) of a ruleset; null when it has no release. Done twice it is undone, as
 * with `cd -`.
 */
export function chooseRollback(history: readonly ReleaseRecord[], ruleset: string): Rollback | null {
  const own = history.filter((release) => release.kind === 'ruleset' && rulesetOf(release) === ruleset);
  const [current] = own;
  if (current === undefined) return null;
  const before = own.find(({ hash }) => hash !== current.hash);
  // An empty hash is a removal.
  if (before === undefined || before.hash === '') return current.hash === '' ? null : { to: 'built-in', ruleset };
  return { to: 'release', seq: before.seq };
}

/** The release of a model that is to be in force again: the one named, or the last that is another than the newest. Null: none. */
export function chooseModelRollback(
  history: readonly ReleaseRecord[],
  named: number | undefined,
): ReleaseRecord | null {
  const own = history.filter(({ kind, hash }) => kind === 'model' && hash !== '');
  const found =
    named === undefined ? own.find(({ hash }) => hash !== own[0]?.hash) : own.find(({ seq }) => seq === named);
  return found ?? null;
}

/** Releases of old carry no name: there was one ruleset. */
export function rulesetOf({ ruleset = 'owasp-core' }: ReleaseRecord): string {
  return ruleset;
}
