import type { Draft, DraftControl, Entry } from './draft.ts';
import { makeSelector } from './select-rules.ts';

/** The rules still to come that a `ctl` speaks of. */
export function concernedRules(
  control: Extract<DraftControl, { readonly name: 'removeRules' | 'removeTarget' }>,
  draft: Draft,
  index: number,
  entries: readonly Entry[],
): readonly string[] {
  const isMeant = makeSelector(control.selection);
  const ids: string[] = [];
  for (const [at, entry] of entries.entries()) {
    if (entry.kind === 'marker') continue;
    const { draft: other } = entry;
    if (other.phase < draft.phase || (other.phase === draft.phase && at <= index) || !isMeant(other)) continue;
    if (control.name === 'removeRules' && other.phase > (control.upTo ?? other.phase)) continue;
    if (control.name === 'removeTarget') {
      const { collection } = control.target;
      if (!other.links.some(({ targets }) => targets.some((target) => target.collection === collection))) continue;
    }
    ids.push(other.id);
  }
  return ids;
}
