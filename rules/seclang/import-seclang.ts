import type { Parsed } from '../../src/parse.ts';
import { parseRuleset, type Rule, type Ruleset } from '../schema.ts';
import type { Draft, Paranoia, Remark } from './draft.ts';
import {
  draftRules,
  leaveOut,
  PARANOIA_ID,
  type Drafted,
  type ImportOptions,
  type ImportSource,
} from './draft-rules.ts';
import { finish } from './finish.ts';
import { prune } from './prune.ts';
import { resolve } from './resolve.ts';

export interface ImportReport extends Omit<Drafted, 'entries' | 'version'> {
  readonly taken: readonly {
    readonly id: string;
    readonly category: Rule['category'];
    readonly paranoia: Paranoia;
    readonly phase: number;
    readonly detects: boolean;
  }[];
  /** What the set-up decided: rules that no request reaches, cannot match, or that did their work at import. */
  readonly unreachable: number;
  readonly never: number;
  readonly idle: number;
  /** Rules that are taken, but without something. */
  readonly incomplete: readonly Remark[];
  /** Rules that refuse every request: the set-up is not what the rules expect. */
  readonly refusals: readonly Remark[];
}

/** SecLang that was read into a ruleset, with a report of what became of every rule. A result that the schema refuses is a failure. */
export function importSecLang(
  source: ImportSource,
  options: ImportOptions,
): Parsed<{ readonly ruleset: Ruleset; readonly report: ImportReport }> {
  const drafted = draftRules(source, options);
  const resolved = resolve(drafted.entries);
  const pruned = prune(resolved.entries);
  const faulty = resolved.faulty.map((draft) => leaveOut(draft, draft.faults.join('; ')));

  const finished = finish(pruned.entries);
  const taken = finished.drafts;
  const ruleset = parseRuleset({
    name: options.name,
    version: drafted.version,
    rules: finished.rules,
    ...(Object.keys(finished.markers).length > 0 && { markers: finished.markers }),
    ...(Object.keys(pruned.variables).length > 0 && { variables: pruned.variables }),
  });
  if (!ruleset.ok) return ruleset;
  const { entries: _, version: __, ...rest } = drafted;
  const report: ImportReport = {
    ...rest,
    notTaken: [...rest.notTaken, ...faulty],
    taken: taken.map((draft) => ({
      id: draft.id,
      category: draft.category,
      paranoia: draft.paranoia,
      phase: draft.phase,
      detects: isDetection(draft),
    })),
    unreachable: resolved.unreachable.length,
    never: resolved.never.length,
    idle: pruned.idle.filter(({ id }) => id !== PARANOIA_ID).length,
    incomplete: taken.flatMap(({ id, place, losses }) => losses.map((message) => ({ place, rule: id, message }))),
    refusals: resolved.always
      .filter(({ action }) => action === 'block')
      .map(({ id, place, name }) => ({ place, rule: id, message: name })),
  };
  return { ok: true, value: { ruleset: ruleset.value, report } };
}

/** What tells of an attack; not the sums of CRS, nor its reports. */
function isDetection({ action, phase, tags }: Draft): boolean {
  return action !== 'pass' && phase < 5 && !tags.includes('anomaly-evaluation');
}
