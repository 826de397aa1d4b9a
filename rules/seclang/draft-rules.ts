import { applyUpdates } from './apply-updates.ts';
import { assemble, type WrittenEntry } from './assemble.ts';
import type { Place, SecDirective, SecFile, SecSelection } from './ast.ts';
import type { Draft, Entry, Paranoia, Remark } from './draft.ts';
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

/** Every rule as it is written, before anything is decided. */
export interface Drafted {
  readonly entries: readonly Entry[];
  /** Rules as written, chains counted once. */
  readonly written: number;
  /** By `--exclude` or a `SecRuleRemove`. */
  readonly removed: number;
  /** Engine rules that choose a body processor, as the request view does by itself. */
  readonly implied: readonly string[];
  readonly notTaken: readonly NotTaken[];
  /** Directives that are not taken, and what could not be read. */
  readonly notices: readonly Remark[];
  /** What the rules say they are a version of. */
  readonly version: string;
}

/** Assembles and translates rules; what the set-up and the rules say about one another is carried out. */
export function draftRules(source: ImportSource, options: Pick<ImportOptions, 'paranoia' | 'exclude'>): Drafted {
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
  return {
    entries,
    written: written.filter(({ kind }) => kind === 'rule').length,
    removed: updated.removed,
    implied,
    notTaken,
    notices,
    version: versionOf(directives, options.paranoia),
  };
}

/** Default actions of the set-up hold for the rules too. */
function defaultsOf(directives: readonly SecDirective[]): readonly SecDirective[] {
  return directives.filter(({ kind }) => kind === 'defaultAction');
}

/** Where the set-up ends. */
const AFTER_SETUP: WrittenEntry = { kind: 'marker', name: 'after the set-up' };

export const PARANOIA_ID = 'paranoia';
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

export function leaveOut(draft: Draft, message: string): NotTaken {
  const { id, place, controls, action } = draft;
  const scores = draft.links.some(({ assignments }) =>
    assignments.some(({ variable }) => typeof variable === 'string' && /anomaly_score/.test(variable)),
  );
  return { place, rule: id, message, loses: scores ? 'detection' : lossOf(action, controls.length > 0) };
}

function lossOf(action: Draft['action'], controls: boolean): NotTaken['loses'] {
  if (action === 'block') return 'detection';
  if (controls) return 'exclusion';
  return action === 'log' ? 'detection' : 'bookkeeping';
}

function versionOf(directives: readonly SecDirective[], paranoia: Paranoia | null): string {
  const signatures = directives.flatMap((directive) => (directive.kind === 'signature' ? [directive.text] : []));
  const version = /([\w.-]+)$/.exec(signatures.at(-1) ?? '')?.[1] ?? '0';
  return (paranoia === null ? version : `${version} pl${paranoia}`).slice(0, 50);
}
