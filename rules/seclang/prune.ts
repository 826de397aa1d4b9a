import type { Assignment, Macro, Target, Text } from '../schema.ts';
import { END_OF_PHASE } from './assemble.ts';
import { concernedRules } from './concerned-rules.ts';
import type { Draft, DraftControl, DraftLink, Entry } from './draft.ts';
import { piecesOf } from './macros.ts';

/** What is left when nobody asks for the rest. */
export interface Pruned {
  readonly entries: readonly Entry[];
  /** TX variables that a request begins with. */
  readonly variables: Readonly<Record<string, string>>;
  /** Rules that do nothing any more: their work was done at import. */
  readonly idle: readonly Draft[];
}

/**
 * Takes out what has no effect: assignments that nothing reads, captures that nothing asks for, `skipAfter` over nothing, and the
 * rules of which then nothing is left. What every request begins by setting becomes its first variables.
 */
export function prune(resolved: readonly Entry[]): Pruned {
  const idle: Draft[] = [];
  const variables = new Map<string, string>();
  let entries = resolved;
  for (let before = -1; before !== weigh(entries);) {
    before = weigh(entries);
    const reads = collectReads(entries);
    entries = entries.map((entry) => mapDraft(entry, (draft) => dropUnread(draft, reads)));
    entries = hoist(entries, variables);
    entries = entries.map((entry, index) => mapDraft(entry, (draft) => dropIdleFlow(draft, index, entries)));
    entries = entries.filter((entry) => {
      if (entry.kind === 'marker' || hasEffect(entry.draft)) return true;
      idle.push(entry.draft);
      return false;
    });
  }
  const reads = collectReads(entries);
  return {
    entries,
    variables: Object.fromEntries([...variables].filter(([name]) => reads.has(name))),
    idle,
  };
}

/** Falls with every change that pruning makes. */
function weigh(entries: readonly Entry[]): number {
  let weight = 0;
  for (const entry of entries) {
    if (entry.kind === 'marker') continue;
    const { links, controls, skipAfter } = entry.draft;
    weight += 1 + controls.length + (skipAfter === null ? 0 : 1);
    for (const { assignments, capture } of links) weight += assignments.length + (capture ? 1 : 0);
  }
  return weight;
}

function mapDraft(entry: Entry, change: (draft: Draft) => Draft): Entry {
  return entry.kind === 'marker' ? entry : { kind: 'rule', draft: change(entry.draft) };
}

/** Which TX variables the rules read. */
class Reads {
  readonly #names = new Set<string>();
  readonly #patterns: RegExp[] = [];
  /** Rules ask for captures of a rule before them. */
  capturesOfOthers = false;
  #all = false;

  addTarget({ collection, selector, pattern }: Target): void {
    if (collection !== 'TX') return;
    if (selector !== undefined) this.#names.add(selector);
    else if (pattern === undefined) this.#all = true;
    else {
      try {
        this.#patterns.push(new RegExp(pattern, 'i'));
      } catch {
        this.#all = true;
      }
    }
  }

  addMacro({ collection, selector }: Macro): void {
    if (collection !== 'TX') return;
    if (selector === undefined) this.#all = true;
    else this.#names.add(selector);
  }

  has(name: string): boolean {
    return this.#all || this.#names.has(name) || this.#patterns.some((pattern) => pattern.test(name));
  }

  /** Whether a name that begins so may be read. */
  hasPrefix(prefix: string): boolean {
    return this.#all || this.#patterns.length > 0 || [...this.#names].some((name) => name.startsWith(prefix));
  }
}

function collectReads(entries: readonly Entry[]): Reads {
  const reads = new Reads();
  for (const entry of entries) {
    if (entry.kind === 'marker') continue;
    let hasCaptured = false;
    for (const link of entry.draft.links) {
      for (const target of link.targets) reads.addTarget(target);
      for (const macro of macrosOf(link)) reads.addMacro(macro);
      hasCaptured ||= link.capture;
      if (!hasCaptured && readsCapture(link)) reads.capturesOfOthers = true;
    }
  }
  return reads;
}

function macrosOf({ operator, assignments }: DraftLink): readonly Macro[] {
  const texts: Text[] = assignments.flatMap(({ variable, value }) =>
    value === undefined ? [variable] : [variable, value],
  );
  if ('text' in operator) texts.push(operator.text);
  if ('value' in operator) texts.push(operator.value);
  if (operator.name === 'rxMacro') texts.push(operator.pattern);
  return texts.flatMap((text) => piecesOf(text).filter((piece) => typeof piece !== 'string'));
}

const CAPTURED = /^\d$/;

function isCapture({ collection, selector }: Target | Macro): boolean {
  return collection === 'TX' && (selector === undefined || CAPTURED.test(selector));
}

/** Whether a link asks for TX:0 to TX:9; all of TX has them too. */
function readsCapture(link: DraftLink): boolean {
  const isOfTarget = (target: Target) =>
    isCapture(target) && (target.pattern === undefined || mayMatch(target.pattern, '0123456789'));
  return link.targets.some(isOfTarget) || macrosOf(link).some(isCapture);
}

/** Whether a pattern may be found in any of the names; what JavaScript cannot read may. */
function mayMatch(pattern: string, names: Iterable<string>): boolean {
  try {
    const expression = new RegExp(pattern, 'i');
    for (const name of names) if (expression.test(name)) return true;
    return false;
  } catch {
    return true;
  }
}

function dropUnread(draft: Draft, reads: Reads): Draft {
  const isRead = ({ variable }: Assignment): boolean => {
    if (typeof variable === 'string') return reads.has(variable);
    const [first] = piecesOf(variable);
    return reads.hasPrefix(typeof first === 'string' ? first : '');
  };
  const links = draft.links.map((link, index) => ({
    ...link,
    assignments: link.assignments.filter(isRead),
    capture:
      link.capture &&
      (reads.capturesOfOthers ||
        draft.links.slice(index).some((later, after) => (after > 0 || readsOwn(later)) && readsCapture(later))),
  }));
  return { ...draft, links };
}

/** A link's own targets and operator are read before it captures; its assignments after. */
function readsOwn({ assignments }: DraftLink): boolean {
  return assignments.length > 0;
}

/** Assignments of constants that every request makes, before anything could have read or set the variable. */
function hoist(entries: readonly Entry[], variables: Map<string, string>): readonly Entry[] {
  const touched = new Reads();
  let isSkippable = false;
  return entries.map((entry) => {
    if (entry.kind === 'marker' || entry.draft.phase !== 1) return entry;
    const { draft } = entry;
    const [link] = draft.links;
    const isCertain = !isSkippable && draft.links.length === 1 && link!.targets.length === 0;
    const links = draft.links.map((one) => {
      for (const target of one.targets) touched.addTarget(target);
      for (const macro of macrosOf(one)) touched.addMacro(macro);
      const assignments = one.assignments.filter(({ variable, operation, value }) => {
        const name = typeof variable === 'string' ? variable : null;
        if (isCertain && operation === 'set' && typeof value === 'string' && name !== null && !touched.has(name)) {
          variables.set(name, value);
          touched.addMacro({ collection: 'TX', selector: name });
          return false;
        }
        touched.addMacro(name === null ? { collection: 'TX' } : { collection: 'TX', selector: name });
        return true;
      });
      return { ...one, assignments };
    });
    if (draft.skipAfter !== null) isSkippable = true;
    return { kind: 'rule', draft: { ...draft, links } };
  });
}

function dropIdleFlow(draft: Draft, index: number, entries: readonly Entry[]): Draft {
  const controls = draft.controls.filter((control) => concerns(control, draft, index, entries));
  const skipAfter = skipsAnything(draft, index, entries) ? draft.skipAfter : null;
  return { ...draft, controls, skipAfter };
}

/** A `ctl` that speaks of no rule still to come does nothing. */
function concerns(control: DraftControl, draft: Draft, index: number, entries: readonly Entry[]): boolean {
  if (control.name !== 'removeRules' && control.name !== 'removeTarget') return true;
  return concernedRules(control, draft, index, entries).length > 0;
}

function skipsAnything(draft: Draft, index: number, entries: readonly Entry[]): boolean {
  if (draft.skipAfter === null) return false;
  for (const entry of entries.slice(index + 1)) {
    if (entry.kind === 'rule' && entry.draft.phase === draft.phase) return true;
    if (entry.kind === 'marker' && entry.name === draft.skipAfter && draft.skipAfter !== END_OF_PHASE) return false;
  }
  return false;
}

function hasEffect({ action, links, controls, skipAfter }: Draft): boolean {
  if (action !== 'pass' || controls.length > 0 || skipAfter !== null) return true;
  return links.some(({ assignments, capture }) => assignments.length > 0 || capture);
}
