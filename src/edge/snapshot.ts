import { parseModel } from '../../model/schema.ts';
import type { Head, ReleaseKind } from '../actors/contracts.ts';
import type { Parsed, Problem } from '../parse.ts';
import { activateRulesets, type ActiveRuleset } from './active-rulesets.ts';
import { bundledRelease, bundledRuleset } from './bundled.ts';
import type { PolicyVars } from './default-policy.ts';
import { compileExclusions, type CompiledExclusion } from './exclusions/exclusions.ts';
import { parsePolicy, type Policy, responseRules } from './policy.ts';
import { type Blocklist, compileBlocklist, parseBlocklist } from './reputation/blocklist.ts';
import type { ResponseRules } from './reputation/graduated-response.ts';
import type { ThreatIndex } from './reputation/threat-index.ts';
import { parseThreats } from './reputation/threat-release.ts';
import { parseWatchlist, type Watchlist } from './reputation/watchlist.ts';
import { compileRoutes, type RouteTable } from './route.ts';
import { BUNDLED_RULESETS, rulesetHashes } from './ruleset-names.ts';
import { type CompiledModel, compileModel } from './score/mlp.ts';
import { buildEngines, type CompiledRuleset, compileRuleset } from './waf/compile.ts';
import { parsePreparedRuleset } from './waf/prepared-ruleset.ts';

/** The releases that an isolate judges by, made ready. Frozen: a request takes it once and keeps it to its end. */
export interface Snapshot extends Parts {
  /** Of the head it was made from; 0 is all bundled. */
  readonly seq: number;
  readonly hashes: Head['hashes'];
  /** Those of the rulesets that judge, as the policy says. */
  readonly active: readonly ActiveRuleset[];
  /** The policy's, against those rulesets. */
  readonly exclusions: readonly CompiledExclusion[];
}

/** A ruleset made ready, and the hash of its release; undefined when it is bundled. */
interface LoadedRuleset {
  readonly hash: string | undefined;
  readonly compiled: CompiledRuleset;
}

interface Parts {
  /** By name: the bundled ones, or what was released in their place, and all others that are in force. */
  readonly rulesets: ReadonlyMap<string, LoadedRuleset>;
  readonly model: CompiledModel;
  readonly blocklist: Blocklist;
  readonly watchlist: Watchlist;
  readonly threats: ThreatIndex;
  readonly policy: Policy;
  /** The policy's, for those threats. */
  readonly response: ResponseRules;
  /** The policy's routes; for `matchRoute`. */
  readonly routes: RouteTable;
}

/** What there is one of at a time; of rulesets there may be several. */
type SingleKind = Exclude<ReleaseKind, 'ruleset'>;
const SINGLE_KINDS: readonly SingleKind[] = ['model', 'blocklist', 'watchlist', 'threats', 'policy'];

/**
 * All that the Worker carries with it but for the policy, which depends on its settings. Made ready when the module is loaded: a
 * Worker's start-up may take a second of CPU time, and a request on the free plan 10 ms.
 */
const BUNDLED = SINGLE_KINDS.filter((kind) => kind !== 'policy').reduce<Partial<Parts>>(
  (parts, kind) => ({ ...parts, ...makeBundled(kind, {}) }),
  { rulesets: new Map(BUNDLED_RULESETS.map((name) => [name, compileBundled(name)])) },
);
for (const { compiled } of BUNDLED.rulesets?.values() ?? []) buildEngines(compiled);

/** Seq 0: what the Worker carries with it, so that a cold isolate guards its first request with no I/O. */
export function bundledSnapshot(vars: PolicyVars): Snapshot {
  return freeze({ ...BUNDLED, ...makeBundled('policy', vars) }, { seq: 0, hashes: {} });
}

function compileBundled(name: string): LoadedRuleset {
  const made = readRuleset(bundledRuleset(name), undefined);
  if (!made.ok) throw new Error(`the bundled ruleset ${name} is unsound: ${JSON.stringify(made.problems)}`);
  return made.value;
}

function makeBundled(kind: SingleKind, vars: PolicyVars): Partial<Parts> {
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
  const take = <T>(what: string, made: Parsed<T>): T | undefined => {
    if (made.ok) return made.value;
    problems.push(
      ...made.problems.map(({ path, message }) => ({ path: path === '' ? what : `${what}.${path}`, message })),
    );
    return undefined;
  };
  for (const kind of SINGLE_KINDS) {
    const hash = head.hashes[kind];
    if (hash === previous.hashes[kind]) continue;
    const made =
      hash === undefined
        ? makeReady(kind, bundledRelease(kind, vars))
        : readBody(bodies.get(hash), (data) => makeReady(kind, data));
    Object.assign(parts, take(kind, made));
  }
  const rulesets = new Map<string, LoadedRuleset>();
  const hashes = rulesetHashes(head);
  for (const name of new Set([...BUNDLED_RULESETS, ...hashes.keys()])) {
    const hash = hashes.get(name);
    const known = (hash === undefined ? BUNDLED : previous).rulesets?.get(name);
    const loaded =
      known !== undefined && known.hash === hash
        ? known
        : take(
            `ruleset ${name}`,
            readBody(bodies.get(hash ?? ''), (data) => readRuleset(data, hash)),
          );
    if (loaded !== undefined) rulesets.set(name, loaded);
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, value: freeze({ ...previous, ...parts, rulesets }, head) };
}

/** The hashes of the bodies that a snapshot of `head` needs and `previous` does not hold, with their kinds. */
export function missingBodies(previous: Snapshot, head: Head): ReadonlyMap<string, ReleaseKind> {
  const missing = new Map<string, ReleaseKind>();
  for (const kind of SINGLE_KINDS) {
    const hash = head.hashes[kind];
    if (hash !== undefined && hash !== previous.hashes[kind]) missing.set(hash, kind);
  }
  for (const [name, hash] of rulesetHashes(head)) {
    if (previous.rulesets.get(name)?.hash !== hash) missing.set(hash, 'ruleset');
  }
  return missing;
}

function readBody<T>(body: string | undefined, read: (data: unknown) => Parsed<T>): Parsed<T> {
  if (body === undefined) return { ok: false, problems: [{ path: '', message: 'the body is missing' }] };
  try {
    return read(JSON.parse(body));
  } catch (error) {
    // Not JSON, or a pattern that this version of the shield cannot compile.
    return { ok: false, problems: [{ path: '', message: error instanceof Error ? error.message : 'unreadable' }] };
  }
}

function readRuleset(data: unknown, hash: string | undefined): Parsed<LoadedRuleset> {
  const parsed = parsePreparedRuleset(data);
  return parsed.ok ? { ok: true, value: { hash, compiled: compileRuleset(parsed.value) } } : parsed;
}

function makeReady(kind: SingleKind, data: unknown): Parsed<Partial<Parts>> {
  switch (kind) {
    case 'model':
      return whenRead(parseModel(data), (model) => ({ model: compileModel(model) }));
    case 'blocklist':
      return whenRead(parseBlocklist(data), (release) => ({ blocklist: compileBlocklist(release) }));
    case 'watchlist':
      return whenRead(parseWatchlist(data), (watchlist) => ({ watchlist }));
    case 'threats':
      return whenRead(parseThreats(data), (threats) => ({ threats }));
    case 'policy':
      return whenRead(parsePolicy(data), (policy) => ({
        policy,
        routes: compileRoutes(policy),
        response: responseRules(policy),
      }));
  }
}

function whenRead<T>(parsed: Parsed<T>, make: (value: T) => Partial<Parts>): Parsed<Partial<Parts>> {
  return parsed.ok ? { ok: true, value: make(parsed.value) } : parsed;
}

function freeze(parts: Partial<Parts>, head: Head): Snapshot {
  const { rulesets, model, blocklist, watchlist, threats, policy, response, routes } = parts;
  if (!rulesets || !model || !blocklist || !watchlist || !threats || !policy || !response || !routes) {
    throw new Error('a snapshot lacks a part');
  }
  const { seq, hashes } = head;
  const compiled = [...rulesets].map(([name, loaded]) => [name, loaded.compiled] as const);
  const active = activateRulesets(compiled, policy);
  const exclusions = compileExclusions(policy.exclusions ?? [], compiled);
  const lists = { blocklist, watchlist, threats };
  return Object.freeze({ seq, hashes, rulesets, active, exclusions, model, ...lists, policy, response, routes });
}
