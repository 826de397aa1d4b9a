import { parseModel } from '../../model/schema.ts';
import type { Head, ReleaseKind } from '../actors/contracts.ts';
import type { Parsed, Problem } from '../parse.ts';
import { bundledRelease } from './bundled.ts';
import type { PolicyVars } from './default-policy.ts';
import { parsePolicy, type Policy } from './policy.ts';
import { type Blocklist, compileBlocklist, parseBlocklist } from './reputation/blocklist.ts';
import { parseWatchlist, type Watchlist } from './reputation/watchlist.ts';
import { compileRoutes, type RouteTable } from './route.ts';
import { type CompiledModel, compileModel } from './score/mlp.ts';
import { buildEngines, type CompiledRuleset, compileRuleset } from './waf/compile.ts';
import { parsePreparedRuleset } from './waf/prepared-ruleset.ts';

/** The releases that an isolate judges by, made ready. Frozen: a request takes it once and keeps it to its end. */
export interface Snapshot extends Parts {
  /** Of the head it was made from; 0 is all bundled. */
  readonly seq: number;
  readonly hashes: Head['hashes'];
}

interface Parts {
  readonly ruleset: CompiledRuleset;
  readonly model: CompiledModel;
  readonly blocklist: Blocklist;
  readonly watchlist: Watchlist;
  readonly policy: Policy;
  /** The policy's routes; for `matchRoute`. */
  readonly routes: RouteTable;
}

export const RELEASE_KINDS: readonly ReleaseKind[] = ['ruleset', 'model', 'blocklist', 'watchlist', 'policy'];

/**
 * All that the Worker carries with it but for the policy, which depends on its settings. Made ready when the module is loaded: a
 * Worker's start-up may take a second of CPU time, and a request on the free plan 10 ms.
 */
const BUNDLED = RELEASE_KINDS.filter((kind) => kind !== 'policy').reduce<Partial<Parts>>(
  (parts, kind) => ({ ...parts, ...makeBundled(kind, {}) }),
  {},
);
if (BUNDLED.ruleset !== undefined) buildEngines(BUNDLED.ruleset);

/** Seq 0: what the Worker carries with it, so that a cold isolate guards its first request with no I/O. */
export function bundledSnapshot(vars: PolicyVars): Snapshot {
  return freeze({ ...BUNDLED, ...makeBundled('policy', vars) }, { seq: 0, hashes: {} });
}

function makeBundled(kind: ReleaseKind, vars: PolicyVars): Partial<Parts> {
  const made = makeReady(kind, bundledRelease(kind, vars));
  if (!made.ok) throw new Error(`the bundled ${kind} is unsound: ${JSON.stringify(made.problems)}`);
  return made.value;
}

/**
 * The snapshot of `head`, made from `previous` and the bodies of what changed, by hash; nothing else is parsed or compiled
 * again. The caller has verified the hashes. All or nothing: one bad body, and the caller keeps `previous`. A kind that the
 * head does not name (any more) is the bundled one.
 */
export function applyReleases(
  previous: Snapshot,
  head: Head,
  bodies: ReadonlyMap<string, string>,
  vars: PolicyVars,
): Parsed<Snapshot> {
  const parts: Partial<Parts> = {};
  const problems: Problem[] = [];
  for (const kind of changedKinds(previous, head)) {
    const hash = head.hashes[kind];
    const made = hash === undefined ? makeReady(kind, bundledRelease(kind, vars)) : readBody(kind, bodies.get(hash));
    if (made.ok) Object.assign(parts, made.value);
    else
      problems.push(
        ...made.problems.map(({ path, message }) => ({ path: path === '' ? kind : `${kind}.${path}`, message })),
      );
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: freeze({ ...previous, ...parts }, head) };
}

function changedKinds(previous: Snapshot, head: Head): readonly ReleaseKind[] {
  return RELEASE_KINDS.filter((kind) => previous.hashes[kind] !== head.hashes[kind]);
}

function readBody(kind: ReleaseKind, body: string | undefined): Parsed<Partial<Parts>> {
  if (body === undefined) return { ok: false, problems: [{ path: '', message: 'the body is missing' }] };
  try {
    return makeReady(kind, JSON.parse(body));
  } catch (error) {
    // Not JSON, or a pattern that this version of the shield cannot compile.
    return { ok: false, problems: [{ path: '', message: error instanceof Error ? error.message : 'unreadable' }] };
  }
}

function makeReady(kind: ReleaseKind, data: unknown): Parsed<Partial<Parts>> {
  switch (kind) {
    case 'ruleset':
      return whenRead(parsePreparedRuleset(data), (prepared) => ({ ruleset: compileRuleset(prepared) }));
    case 'model':
      return whenRead(parseModel(data), (model) => ({ model: compileModel(model) }));
    case 'blocklist':
      return whenRead(parseBlocklist(data), (release) => ({ blocklist: compileBlocklist(release) }));
    case 'watchlist':
      return whenRead(parseWatchlist(data), (watchlist) => ({ watchlist }));
    case 'policy':
      return whenRead(parsePolicy(data), (policy) => ({ policy, routes: compileRoutes(policy) }));
  }
}

function whenRead<T>(parsed: Parsed<T>, make: (value: T) => Partial<Parts>): Parsed<Partial<Parts>> {
  return parsed.ok ? { ok: true, value: make(parsed.value) } : parsed;
}

function freeze(parts: Partial<Parts>, head: Head): Snapshot {
  const { ruleset, model, blocklist, watchlist, policy, routes } = parts;
  if (!ruleset || !model || !blocklist || !watchlist || !policy || !routes) {
    throw new Error('a snapshot lacks a part');
  }
  const { seq, hashes } = head;
  return Object.freeze({ seq, hashes, ruleset, model, blocklist, watchlist, policy, routes });
}
