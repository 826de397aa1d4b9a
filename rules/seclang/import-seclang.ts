import type { Parsed } from '../../src/parse.ts';
import { parseRuleset, type Rule, type Ruleset } from '../schema.ts';
import { applyUpdates } from './apply-updates.ts';
import { assemble, type WrittenEntry } from './assemble.ts';
import type { Place, SecDirective, SecFile, SecSelection } from './ast.ts';
import type { Draft, Entry, Paranoia, Remark } from './draft.ts';
import { finish } from './finish.ts';
import { prune } from './prune.ts';
import { resolve } from './resolve.ts';
import { explainSetting } from './settings.ts';
import type { ReadData } from './translate-operator.ts';
import { translateRule } from './translate-rule.ts';

export interface ImportSource {
  /** Read before the rules: `crs-setup.conf`. */
  readonly setup: readonly SecFile[];
  readonly rules: readonly SecFile[];
  readonly readData: ReadData;
}

export interface ImportOptions {
  readonly name: string;
  /** Overrides what the set-up says; null leaves it. */
  readonly paranoia: Paranoia | null;
  /** Rules that are left out. */
  readonly exclude: SecSelection | null;
}

/** A rule that is left out, and what is lost with it. */
export interface NotTaken extends Remark {
  readonly loses: 'detection' | 'exclusion' | 'bookkeeping';
}

export interface ImportReport {
  /** Rules as written, chains counted once. */
  readonly written: number;
  readonly taken: readonly {
    readonly id: string;
    readonly category: Rule['category'];
    readonly paranoia: Paranoia;
    readonly phase: number;
    readonly detects: boolean;
  }[];
  /** By `--exclude` or a `SecRuleRemove`. */
  readonly removed: number;
  /** What the set-up decided: rules that no request reaches, cannot match, or that did their work at import. */
  readonly unreachable: number;
  readonly never: number;
  readonly idle: number;
  /** Engine rules that choose a body processor, as the request view does by itself. */
  readonly implied: readonly string[];
  readonly notTaken: readonly NotTaken[];
  /** Rules that are taken, but without something. */
  readonly incomplete: readonly Remark[];
  /** Directives that are not taken, and what could not be read. */
  readonly notices: readonly Remark[];
  /** Rules that refuse every request: the set-up is not what the rules expect. */
  readonly refusals: readonly Remark[];
}

/** SecLang that was read into a ruleset, with a report of what became of every rule. A result that the schema refuses is a failure. */
export function importSecLang(
  source: ImportSource,
  options: ImportOptions,
): Parsed<{ readonly ruleset: Ruleset; readonly report: ImportReport }> {
  const settings = source.setup.flatMap(({ directives }) => directives);
  const directives = [...settings, ...source.rules.flatMap(({ directives }) => directives)];
  const notices: Remark[] = [];
  const note = (place: Place, message: string): void => void notices.push({ place, rule: null, message });
  for (const { problems } of [...source.setup, ...source.rules]) {
    for (const { place, message } of problems) note(place, message);
  }
  const setup = assemble(settings);
  const rules = assemble([...defaultsOf(settings), ...source.rules.flatMap(({ directives }) => directives)]);
  for (const { place, message } of [...setup.problems, ...rules.problems]) note(place, message);
  for (const directive of directives) {
    if (directive.kind === 'setting')
      note(directive.place, `${directive.name}: ${explainSetting(directive.name) ?? 'is not known'}`);
  }
  const removals: SecDirective[] =
    options.exclude === null
      ? []
      : [{ kind: 'remove', place: { file: '--exclude', line: 1 }, selection: options.exclude }];
  const written = [...setup.entries, AFTER_SETUP, ...rules.entries];
  const updated = applyUpdates(written, [...directives, ...removals]);
  for (const { place, message } of updated.problems) note(place, message);

  const notTaken: NotTaken[] = [];
  const implied: string[] = [];
  const ids = new Map<string, Place>();
  const entries: Entry[] = [];
  for (const entry of updated.entries) {
    if (entry.kind === 'marker') {
      entries.push(...(entry === AFTER_SETUP ? paranoiaEntries(options.paranoia) : [entry]));
      continue;
    }
    const draft = translateRule(entry, source.readData);
    const first = ids.get(draft.id);
    if (first !== undefined) {
      notTaken.push(leaveOut(draft, `the id is taken by a rule in ${first.file}:${first.line}`));
    } else if (isImplied(draft)) implied.push(draft.id);
    else entries.push({ kind: 'rule', draft });
    ids.set(draft.id, draft.place);
  }
  const resolved = resolve(entries);
  const pruned = prune(resolved.entries, resolved.removable);
  for (const draft of resolved.faulty) notTaken.push(leaveOut(draft, draft.faults.join('; ')));

  const finished = finish(pruned.entries);
  const taken = finished.drafts;
  const ruleset = parseRuleset({
    name: options.name,
    version: versionOf(directives, options.paranoia),
    rules: finished.rules,
    ...(Object.keys(finished.markers).length > 0 && { markers: finished.markers }),
    ...(Object.keys(pruned.variables).length > 0 && { variables: pruned.variables }),
  });
  if (!ruleset.ok) return ruleset;
  const report: ImportReport = {
    written: written.filter(({ kind }) => kind === 'rule').length,
    taken: taken.map(({ id, category, paranoia, phase, action, tags }) => ({
      id,
      category,
      paranoia,
      phase,
      detects: isDetection(action, tags),
    })),
    removed: updated.removed,
    unreachable: resolved.unreachable.length,
    never: resolved.never.length,
    idle: pruned.idle.filter(({ id }) => id !== PARANOIA_ID).length,
    implied,
    notTaken,
    incomplete: taken.flatMap(({ id, place, losses }) => losses.map((message) => ({ place, rule: id, message }))),
    notices,
    refusals: resolved.always
      .filter(({ action }) => action === 'block')
      .map(({ id, place, name }) => ({ place, rule: id, message: name })),
  };
  return { ok: true, value: { ruleset: ruleset.value, report } };
}

/** Default actions of the set-up hold for the rules too. */
function defaultsOf(directives: readonly SecDirective[]): readonly SecDirective[] {
  return directives.filter(({ kind }) => kind === 'defaultAction');
}

/** Where the set-up ends. */
const AFTER_SETUP: WrittenEntry = { kind: 'marker', name: 'after the set-up' };

const PARANOIA_ID = 'paranoia';
/** CRS 4's names and CRS 3's. */
const PARANOIA_VARIABLES = [
  'blocking_paranoia_level',
  'detection_paranoia_level',
  'paranoia_level',
  'executing_paranoia_level',
];

/** The level that was asked for, set as a rule between set-up and rules would. */
function paranoiaEntries(level: Paranoia | null): readonly Entry[] {
  if (level === null) return [];
  const assignments = PARANOIA_VARIABLES.map((variable) => ({
    variable,
    operation: 'set' as const,
    value: String(level),
  }));
  const draft: Draft = {
    id: PARANOIA_ID,
    place: { file: '--paranoia', line: 1 },
    name: 'Paranoia level',
    message: '',
    category: 'other',
    severity: 'notice',
    action: 'pass',
    phase: 1,
    paranoia: 1,
    tags: [],
    links: [
      {
        targets: [],
        transformations: [],
        operator: { name: 'unconditionalMatch' },
        multiMatch: false,
        capture: false,
        assignments,
      },
    ],
    controls: [],
    skipAfter: null,
    faults: [],
    losses: [],
  };
  return [{ kind: 'rule', draft }];
}

/** The recommended rules 200000, 200001 and 200006: the request view chooses by content type, and by what the body looks like. */
function isImplied({ links, controls, action }: Draft): boolean {
  const [control, ...more] = controls;
  const [link, ...chain] = links;
  return (
    action === 'pass' &&
    control?.name === 'requestBodyProcessor' &&
    (control.processor === 'XML' || control.processor === 'JSON') &&
    more.length === 0 &&
    chain.length === 0 &&
    link!.targets.every(
      ({ collection, selector }) => collection === 'REQUEST_HEADERS' && selector?.toLowerCase() === 'content-type',
    )
  );
}

function leaveOut(draft: Draft, message: string): NotTaken {
  const { id, place, controls, action } = draft;
  const scores = draft.links.some(({ assignments }) =>
    assignments.some(({ variable }) => typeof variable === 'string' && /anomaly_score/.test(variable)),
  );
  const loses = scores || action === 'block' ? 'detection' : controls.length > 0 ? 'exclusion' : 'bookkeeping';
  return { place, rule: id, message, loses };
}

/** CRS marks its detections with a paranoia level. */
function isDetection(action: Rule['action'], tags: readonly string[]): boolean {
  return action !== 'pass' && tags.some((tag) => tag.startsWith('paranoia-level/'));
}

function versionOf(directives: readonly SecDirective[], paranoia: Paranoia | null): string {
  const signatures = directives.flatMap((directive) => (directive.kind === 'signature' ? [directive.text] : []));
  const version = /([\w.-]+)$/.exec(signatures.at(-1) ?? '')?.[1] ?? '0';
  return (paranoia === null ? version : `${version} pl${paranoia}`).slice(0, 50);
}
