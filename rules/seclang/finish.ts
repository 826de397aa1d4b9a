import type { Control, Rule } from '../schema.ts';
import { anomalyScore, findThresholds, type Thresholds } from './anomaly-score.ts';
import { concernedRules } from './concerned-rules.ts';
import { toLink, type Draft, type Entry } from './draft.ts';

interface Finished {
  readonly rules: readonly Rule[];
  readonly drafts: readonly Draft[];
  readonly markers: Readonly<Record<string, number>>;
}

/** Drafts as rules: markers become indexes, and what a `ctl` speaks of becomes ids. */
export function finish(entries: readonly Entry[]): Finished {
  const rules: Rule[] = [];
  const drafts: Draft[] = [];
  const wanted = new Set(entries.flatMap((entry) => (entry.kind === 'rule' ? [entry.draft.skipAfter ?? ''] : [])));
  const markers = new Map<string, number>();
  const thresholds = findThresholds(entries.flatMap((entry) => (entry.kind === 'rule' ? [entry.draft] : [])));
  for (const [index, entry] of entries.entries()) {
    if (entry.kind === 'marker') {
      if (wanted.has(entry.name)) markers.set(entry.name, rules.length);
      continue;
    }
    rules.push(toRule(entry.draft, index, entries, thresholds));
    drafts.push(entry.draft);
  }
  // A marker that never comes is the end of the phase, as `skipAfter` has it in ModSecurity.
  for (const name of wanted) if (name !== '' && !markers.has(name)) markers.set(name, rules.length);
  return { rules, drafts, markers: Object.fromEntries(markers) };
}

function toRule(draft: Draft, index: number, entries: readonly Entry[], thresholds: Thresholds): Rule {
  const { id, name, category, severity, action, phase, paranoia, tags, skipAfter } = draft;
  const [head, ...chain] = draft.links.map(toLink);
  const controls = resolveControls(draft, index, entries);
  return {
    id,
    name,
    category,
    severity,
    score: anomalyScore(draft, thresholds),
    action,
    phase,
    paranoia,
    ...head!,
    ...(chain.length > 0 && { chain }),
    ...(controls.length > 0 && { controls }),
    ...(skipAfter !== null && { skipAfter }),
    tags: [...tags],
    examples: { match: [], noMatch: [] },
  };
}

/** Ids in the place of selections; what several take from the same target or the same rules is joined. */
function resolveControls(draft: Draft, index: number, entries: readonly Entry[]): Control[] {
  const joined = new Map<string, { readonly control: Control; readonly ids: Set<string> }>();
  for (const control of draft.controls) {
    const isRemoval = control.name === 'removeRules' || control.name === 'removeTarget';
    const ids = isRemoval ? concernedRules(control, draft, index, entries) : [];
    const bare: Control =
      control.name === 'removeRules'
        ? { name: control.name, ids: [] }
        : control.name === 'removeTarget'
          ? { name: control.name, ids: [], target: control.target }
          : control;
    const key = JSON.stringify(bare);
    const same = joined.get(key);
    if (same === undefined) joined.set(key, { control: bare, ids: new Set(ids) });
    else for (const id of ids) same.ids.add(id);
  }
  return [...joined.values()].map(({ control, ids }) => ('ids' in control ? { ...control, ids: [...ids] } : control));
}
