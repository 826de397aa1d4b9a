import type { ReleaseChanges } from '../contracts.ts';
import type { ReleaseParts } from './read-release.ts';

/** What putting `after` in the place of `before` would add, remove and alter, each in the order of its release. */
export function compareReleases(before: ReleaseParts, after: ReleaseParts): ReleaseChanges {
  const ids = [...after.keys()];
  return {
    added: ids.filter((id) => !before.has(id)),
    removed: [...before.keys()].filter((id) => !after.has(id)),
    altered: ids.filter((id) => before.has(id) && before.get(id) !== after.get(id)),
  };
}
