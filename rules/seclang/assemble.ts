import type { Place, SecAction, SecDirective, SecProblem, SecRule } from './ast.ts';
import type { Phase } from './draft.ts';

/** A rule with all its links, and the default actions that were in force where it stands. */
export interface WrittenRule {
  readonly kind: 'rule';
  /** Empty when it has none. */
  readonly id: string;
  readonly phase: Phase;
  /** The links of its chain; the first is the rule itself. */
  readonly links: readonly SecRule[];
  readonly defaults: readonly SecAction[];
}

export type WrittenEntry = WrittenRule | { readonly kind: 'marker'; readonly name: string };

/** Where the evaluation of a phase ends: a marker that no file can write. */
export const END_OF_PHASE = 'end of phase';

const PHASES: ReadonlyMap<string, Phase> = new Map(
  Object.entries({ 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, request: 2, response: 4, logging: 5 }),
);

/** ModSecurity's own `SecDefaultAction`. */
const DEFAULTS: readonly SecAction[] = [
  { name: 'log', argument: null },
  { name: 'pass', argument: null },
];

/** Joins chains, gives each rule its phase and default actions, and turns `skip:N` into a marker after the Nth rule. */
export function assemble(directives: readonly SecDirective[]): {
  readonly entries: readonly WrittenEntry[];
  readonly problems: readonly SecProblem[];
} {
  const entries: WrittenEntry[] = [];
  const problems: SecProblem[] = [];
  const defaults = new Map<Phase, readonly SecAction[]>();
  let chain: SecRule[] = [];
  const breakChain = (place: Place): void => {
    if (chain.length === 0) return;
    problems.push({ place: chain[0]!.place, message: `its chain is not continued before line ${place.line}` });
    chain = [];
  };
  for (const directive of directives) {
    if (directive.kind === 'defaultAction') {
      const phase = phaseOf(directive.actions);
      if (phase === null) problems.push({ place: directive.place, message: 'has no such phase' });
      else defaults.set(phase, directive.actions);
    } else if (directive.kind === 'marker') {
      breakChain(directive.place);
      entries.push(directive);
    } else if (directive.kind === 'rule') {
      chain.push(directive);
      if (directive.actions.some(({ name }) => name === 'chain')) continue;
      const [head] = chain;
      const phase = phaseOf(head!.actions);
      const id = idOf(head!);
      if (phase === null) problems.push({ place: head!.place, message: `${id}: has no such phase` });
      else entries.push({ kind: 'rule', id, phase, links: chain, defaults: defaults.get(phase) ?? DEFAULTS });
      chain = [];
    }
  }
  const last = chain.at(-1);
  if (last !== undefined) problems.push({ place: chain[0]!.place, message: 'its chain is not continued' });
  return { entries: placeSkips(entries), problems };
}

/** `phase:2` where none is named, null where it is none. */
function phaseOf(actions: readonly SecAction[]): Phase | null {
  const written = lastArgument(actions, 'phase');
  return written === null ? 2 : (PHASES.get(written.toLowerCase()) ?? null);
}

function idOf(rule: SecRule): string {
  return lastArgument(rule.actions, 'id') ?? '';
}

export function lastArgument(actions: readonly SecAction[], wanted: string): string | null {
  return actions.findLast(({ name }) => name === wanted)?.argument ?? null;
}

/** The marker of a rule's `skip:N`, as it is placed. */
export function skipMarker(id: string): string {
  return `skip of ${id}`;
}

function placeSkips(entries: readonly WrittenEntry[]): readonly WrittenEntry[] {
  const placed: WrittenEntry[] = [];
  const open: { readonly id: string; readonly phase: Phase; left: number }[] = [];
  for (const entry of entries) {
    placed.push(entry);
    if (entry.kind !== 'rule') continue;
    for (const skip of open) if (skip.phase === entry.phase && --skip.left === 0) placed.push(marker(skip.id));
    const count = Number(lastArgument(entry.links[0]!.actions, 'skip') ?? 0);
    if (count > 0) open.push({ id: entry.id, phase: entry.phase, left: count });
  }
  for (const { id, left } of open) if (left > 0) placed.push(marker(id));
  return placed;
}

function marker(id: string): WrittenEntry {
  return { kind: 'marker', name: skipMarker(id) };
}
