import type { Collection } from '../../../rules/schema.ts';
import { normaliseHost } from '../route.ts';
import type { CompiledRuleset } from '../waf/compile.ts';
import { isWithin } from '../waf/location.ts';
import type { RequestView } from '../waf/request-view.ts';
import type { RuleExclusions } from '../waf/rule-exclusions.ts';
import type { Exclusion } from './schema.ts';
import { matchesPath, readPathPattern, type PathPattern } from './path-pattern.ts';
import { selectRules } from './rule-selector.ts';
import { readTarget, type TargetPattern } from './target-pattern.ts';
import { matchesWildcard } from './wildcard.ts';

/** One exclusion of the policy, made ready against the rulesets in force. */
export interface CompiledExclusion {
  readonly id: string;
  /** Unix milliseconds from which on it is inert; infinite when it does not expire. */
  readonly expires: number;
  readonly methods: ReadonlySet<string> | undefined;
  readonly host: string | undefined;
  readonly path: PathPattern | undefined;
  /** What is taken out of the rules' sight; undefined: the rules altogether. */
  readonly targets: readonly TargetPattern[] | undefined;
  /** It speaks to the network's score too. */
  readonly score: boolean;
  /** By name of the ruleset, the indexes of the rules that it applies to; rulesets without any are left out. */
  readonly rules: ReadonlyMap<string, ReadonlySet<number>>;
}

/** What of a request says whether an exclusion applies to it. */
export interface ExcludedRequest {
  readonly method: string;
  /** With or without port. */
  readonly host: string;
  /** As on the wire, without query. */
  readonly path: string;
}

/** Makes the policy's exclusions ready. Wants what the policy's door has let through. */
export function compileExclusions(
  exclusions: readonly Exclusion[],
  rulesets: Iterable<readonly [name: string, ruleset: CompiledRuleset]>,
): readonly CompiledExclusion[] {
  const named = [...rulesets];
  return exclusions.map((exclusion) => ({
    id: exclusion.id,
    expires: exclusion.expires === undefined ? Number.POSITIVE_INFINITY : Date.parse(exclusion.expires),
    methods: exclusion.methods && new Set(exclusion.methods),
    host: exclusion.host,
    path: exclusion.path === undefined ? undefined : readPathPattern(exclusion.path),
    targets: exclusion.targets?.map(compileTarget),
    score: exclusion.score === true,
    rules: new Map(
      named
        .map(([name, { rules }]) => [name, new Set(selectRules(exclusion, name, rules))] as const)
        .filter(([, rules]) => rules.size > 0),
    ),
  }));
}

function compileTarget(text: string): TargetPattern {
  const read = readTarget(text);
  if (!read.ok) throw new Error(`a policy came past its door with the target ${text}`);
  return read.value;
}

/** The exclusions that apply to one request, or null when none does. `now` in Unix milliseconds. */
export function selectExclusions(
  exclusions: readonly CompiledExclusion[],
  request: ExcludedRequest,
  now: number,
): RequestExclusions | null {
  let selected: CompiledExclusion[] | null = null;
  for (const exclusion of exclusions) if (applies(exclusion, request, now)) (selected ??= []).push(exclusion);
  return selected === null ? null : new RequestExclusions(selected);
}

function applies(exclusion: CompiledExclusion, request: ExcludedRequest, now: number): boolean {
  const { expires, methods, host, path, rules, score } = exclusion;
  if ((rules.size === 0 && !score) || now >= expires || methods?.has(request.method) === false) return false;
  if (host !== undefined && !matchesWildcard(host, normaliseHost(request.host))) return false;
  return path === undefined || matchesPath(path, request.path);
}

/** A match that an exclusion kept away. */
export interface KeptAway {
  readonly exclusion: string;
  readonly ruleset: string;
  /** Index of the rule. */
  readonly rule: number;
  readonly collection: Collection;
  readonly name: string;
}

/** Matches kept away that one request remembers: for whoever tries an exclusion, who needs no more. */
const KEPT_LIMIT = 100;

/** The exclusions in force for one request, and what they kept away. */
export class RequestExclusions {
  readonly kept: KeptAway[] = [];
  readonly #selected: readonly CompiledExclusion[];
  readonly #hits = new Set<string>();
  readonly #hiding = new Set<string>();

  constructor(selected: readonly CompiledExclusion[]) {
    this.#selected = selected;
  }

  /** Ids of the exclusions that kept a match away. */
  get hits(): ReadonlySet<string> {
    return this.#hits;
  }

  /** Ids of all that apply to the request. */
  get ids(): readonly string[] {
    return this.#selected.map(({ id }) => id);
  }

  /** Ids of those that took something out of the score's sight. */
  get hiding(): readonly string[] {
    return [...this.#hiding];
  }

  /** The request without what the score is not to look at; null where it may look at all of it. */
  hideFromScore(view: RequestView): RequestView | null {
    const speaking = this.#selected.filter(({ score }) => score);
    if (speaking.length === 0) return null;
    const values = view.values.filter(({ collection, name }) => {
      const hiding = speaking.find(({ targets }) => takesOut(targets, collection, name));
      if (hiding !== undefined) this.#hiding.add(hiding.id);
      return hiding === undefined;
    });
    return this.#hiding.size === 0 ? null : { ...view, values };
  }

  /** What was taken out of the score's sight made a difference: that is a hit. */
  countHidden(): void {
    for (const id of this.#hiding) this.#hits.add(id);
  }

  /** The part of them that concerns one ruleset; undefined when none does. */
  of(ruleset: string): RuleExclusions | undefined {
    const concerned = this.#selected.filter(({ rules }) => rules.has(ruleset));
    if (concerned.length === 0) return undefined;
    return { excludes: (rule, collection, name) => this.#excludes(concerned, ruleset, rule, collection, name) };
  }

  /** The first that applies has the hit: one that another makes needless shows as dead. */
  #excludes(
    concerned: readonly CompiledExclusion[],
    ruleset: string,
    rule: number,
    collection: Collection,
    name: string,
  ): boolean {
    for (const { id, rules, targets } of concerned) {
      if (rules.get(ruleset)?.has(rule) !== true || !takesOut(targets, collection, name)) continue;
      this.#hits.add(id);
      if (this.kept.length < KEPT_LIMIT) this.kept.push({ exclusion: id, ruleset, rule, collection, name });
      return true;
    }
    return false;
  }
}

function takesOut(targets: CompiledExclusion['targets'], collection: Collection, name: string): boolean {
  return targets === undefined || targets.some((target) => isTarget(target, collection, name));
}

/** What a value says under further layers of encoding goes by the value's name, and is excluded with it. */
function isTarget({ collection, isMeant }: TargetPattern, seen: Collection, name: string): boolean {
  if (seen === 'REVEALED' && collection !== 'REVEALED') return isMeant?.(name) === true;
  return isWithin(seen, collection) && (isMeant === undefined || isMeant(name));
}
