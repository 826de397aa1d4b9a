import type { NumberedEvent } from '../../actors/contracts.ts';
import { compileRuleset } from '../waf/compile.ts';
import { evaluate } from '../waf/evaluate.ts';
import type { PreparedRuleset } from '../waf/prepared-ruleset.ts';
import { rebuildView } from './rebuild-view.ts';

/** Events that are told in full. */
const SHOWN = 50;

export interface DryRun {
  /** Events of requests that were looked at, and from when the oldest is (Unix milliseconds). */
  readonly events: number;
  readonly since: number | null;
  /** Of them, those that a rule matches; those of these that were passed on; and those that no rule of the same id had matched. */
  readonly matches: number;
  readonly allowed: number;
  readonly fresh: number;
  readonly by_rule: Readonly<
    Record<string, { readonly matches: number; readonly allowed: number; readonly fresh: number }>
  >;
  /** Those that match, the newest first. */
  readonly hits: readonly {
    readonly n: number;
    readonly id: string;
    readonly at: number;
    readonly ip: string;
    readonly method: string;
    readonly path: string;
    readonly outcome: string;
    readonly rules: readonly { readonly id: string; readonly location: string; readonly matched: string }[];
  }[];
}

/** Holds rules against what these events (newest first) kept of their requests. */
export function dryRun(ruleset: PreparedRuleset, events: readonly NumberedEvent[]): DryRun {
  const compiled = compileRuleset(ruleset);
  const requests = events.filter(({ kind }) => kind === 'request');
  const counts = new Map(ruleset.rules.map(({ id }) => [id, { matches: 0, allowed: 0, fresh: 0 }]));
  const totals = { matches: 0, allowed: 0, fresh: 0 };
  const hits: DryRun['hits'][number][] = [];
  for (const event of requests) {
    const { matches } = evaluate(compiled, rebuildView(event));
    if (matches.length === 0) continue;
    const known = new Set(event.ruleIds ?? event.rules?.map(({ id }) => id) ?? []);
    const allowed = isPassed(event);
    for (const { id } of matches) tally(counts.get(id), allowed, !known.has(id));
    tally(totals, allowed, !matches.some(({ id }) => known.has(id)));
    if (hits.length < SHOWN) hits.push(describe(event, matches));
  }
  const by_rule = Object.fromEntries(counts);
  return { events: requests.length, since: requests.at(-1)?.at ?? null, ...totals, by_rule, hits };
}

function isPassed({ outcome }: NumberedEvent): boolean {
  return outcome === 'allow' || outcome === 'log';
}

function tally(
  count: { matches: number; allowed: number; fresh: number } | undefined,
  allowed: boolean,
  fresh: boolean,
) {
  if (count === undefined) return;
  count.matches++;
  if (allowed) count.allowed++;
  if (fresh) count.fresh++;
}

function describe(
  { n, id, at, client, request, outcome }: NumberedEvent,
  matches: readonly { readonly id: string; readonly location: string; readonly matched: string }[],
) {
  return {
    n,
    id,
    at,
    ip: client?.ip ?? '',
    method: request?.method ?? '',
    path: request?.path ?? '',
    outcome,
    rules: matches.map(({ id: rule, location, matched }) => ({ id: rule, location, matched })),
  };
}
