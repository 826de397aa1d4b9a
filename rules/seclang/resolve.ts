import type { Draft, DraftLink, Entry, Phase } from './draft.ts';
import { foldAssignment, foldLink, judgeLink, type Certainty } from './fold.ts';
import { refusePatterns } from './refuse-patterns.ts';
import { TxState } from './tx-state.ts';

/** What became of the rules when everything that is the same for every request was worked out. */
export interface Resolved {
  /** Without the rules that no request can reach or match. */
  readonly entries: readonly Entry[];
  /** Behind a `skipAfter` that every request takes: rules of higher paranoia levels, above all. */
  readonly unreachable: readonly Draft[];
  /** Whose condition no request can meet. */
  readonly never: readonly Draft[];
  /** That every request matches. */
  readonly always: readonly Draft[];
  /** That cannot be taken, and that a request could have matched. */
  readonly faulty: readonly Draft[];
}

const PHASES: readonly Phase[] = [1, 2, 3, 4, 5];

/**
 * Follows the rules through the phases as every request would go, keeping what is known of TX variables on all ways there:
 * paranoia levels, thresholds, `skipAfter` guards and everything else that the set-up decides is decided here.
 *
 * What a `ctl` may take out of a transaction is decided all the same: removing rules is no way to a higher paranoia level, and who
 * takes all of CRS out for a path does not want the rest of the site to pay for its set-up with every request.
 */
export function resolve(entries: readonly Entry[]): Resolved {
  const kept = new Map<Draft, Draft>();
  const unreachable: Draft[] = [];
  const never: Draft[] = [];
  const always: Draft[] = [];
  const faulty: Draft[] = [];
  /** Where a request may be refused: the last phase follows from there too. */
  const refusals: TxState[] = [];
  let state: TxState | null = new TxState();
  for (const phase of PHASES) {
    const skips = new Map<string, TxState[]>();
    if (phase === 5) state = joinAll([state, ...refusals]);
    for (const entry of entries) {
      if (entry.kind === 'marker') {
        state = joinAll([state, ...(skips.get(entry.name) ?? [])]);
        skips.delete(entry.name);
        continue;
      }
      const { draft } = entry;
      if (draft.phase !== phase) continue;
      if (state === null) {
        unreachable.push(draft);
        continue;
      }
      const { links, certainty, after } = foldLinks(draft.links, state);
      if (certainty === 'never' && after === state) {
        never.push(draft);
        continue;
      }
      const folded = { ...draft, links: simplify(links) };
      const faults = draft.faults.length > 0 ? draft.faults : refusePatterns(folded.links);
      if (faults.length > 0) {
        faulty.push({ ...draft, faults });
        continue;
      }
      kept.set(draft, folded);
      if (certainty === 'always') always.push(folded);
      if (draft.action === 'block') refusals.push(after);
      // Where the rule depends on the request, what it assigns is unknown from here on, whether it matched or not.
      state = after;
      if (draft.skipAfter === null || certainty === 'never') continue;
      addTo(skips, draft.skipAfter, after);
      if (certainty === 'always') state = null;
    }
    // A marker that does not come, and the end of the phase, are the same.
    state = joinAll([state, ...[...skips.values()].flat()]);
  }
  const left = entries.flatMap((entry): Entry[] => {
    if (entry.kind === 'marker') return [entry];
    const draft = kept.get(entry.draft);
    return draft === undefined ? [] : [{ kind: 'rule', draft }];
  });
  return { entries: left, unreachable, never, always, faulty };
}

function joinAll(states: readonly (TxState | null)[]): TxState | null {
  return states.reduce((joined, state) => {
    if (joined === null || state === null) return joined ?? state;
    return joined.join(state);
  }, null);
}

function addTo(skips: Map<string, TxState[]>, marker: string, state: TxState): void {
  const states = skips.get(marker);
  if (states === undefined) skips.set(marker, [state]);
  else states.push(state);
}

interface FoldedLink {
  readonly link: DraftLink;
  readonly certainty: Certainty;
}

/** `after` is the state behind the rule if it got as far as its links let it; the one before when nothing was assigned. */
function foldLinks(
  links: readonly DraftLink[],
  before: TxState,
): { readonly links: readonly FoldedLink[]; readonly certainty: Certainty; readonly after: TxState } {
  const folded: FoldedLink[] = [];
  let certainty: Certainty = 'always';
  let state = before;
  for (const link of links) {
    const constant = foldLink(link, state);
    const judged = judgeLink(constant, state);
    if (judged === 'never')
      return { links: [...folded, { link: constant, certainty: judged }], certainty: 'never', after: state };
    if (judged === 'depends') certainty = 'depends';
    const assignments = constant.assignments.map((written) => {
      const { assignment, after } = foldAssignment(written, state, certainty === 'always');
      state = after;
      return assignment;
    });
    folded.push({ link: { ...constant, assignments }, certainty: judged });
  }
  return { links: folded, certainty, after: state };
}

/** Leaves out conditions that always hold. What a link matched is told to those behind it, so not where one of them asks. */
function simplify(links: readonly FoldedLink[]): readonly DraftLink[] {
  if (links.some(({ link }) => readsMatches(link))) return links.map(({ link }) => link);
  const left: DraftLink[] = [];
  for (const { link, certainty } of links) {
    if (certainty !== 'always' || link.capture) left.push(link);
    else if (link.assignments.length > 0) left.push(unconditional(link));
  }
  return left.length > 0 ? mergeUnconditional(left) : [unconditional(links.at(-1)!.link)];
}

function unconditional(link: DraftLink): DraftLink {
  return { ...link, targets: [], transformations: [], operator: { name: 'unconditionalMatch' } };
}

/** Assignments that are made one after the other in any case need one link. */
function mergeUnconditional(links: readonly DraftLink[]): readonly DraftLink[] {
  const merged: DraftLink[] = [];
  for (const link of links) {
    const last = merged.at(-1);
    if (last === undefined || last.targets.length > 0 || link.targets.length > 0) merged.push(link);
    else merged[merged.length - 1] = { ...last, assignments: [...last.assignments, ...link.assignments] };
  }
  return merged;
}

function readsMatches({ targets, operator, assignments }: DraftLink): boolean {
  return (
    targets.some(({ collection }) => collection.startsWith('MATCHED_')) ||
    /"MATCHED_/.test(JSON.stringify([operator, assignments]))
  );
}
