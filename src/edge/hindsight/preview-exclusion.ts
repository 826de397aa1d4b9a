import { COLLECTIONS, type Collection } from '../../../rules/schema.ts';
import type { EventRule, NumberedEvent } from '../../actors/contracts.ts';
import { compileExclusions, selectExclusions, type CompiledExclusion } from '../exclusions/exclusions.ts';
import type { Exclusion } from '../exclusions/schema.ts';
import type { CompiledRuleset } from '../waf/compile.ts';
import { membersOf } from '../waf/location.ts';
import { isJudged, withoutRules, type JudgedEvent, type Lens } from './redecide.ts';

/** Examples that are told in full. */
const SHOWN = 50;

/** What of the isolate's snapshot it is held against. */
interface Against extends Omit<Lens, 'blocks'> {
  readonly rulesets: ReadonlyMap<string, { readonly compiled: CompiledRuleset }>;
}

/** One event that would have been another. */
export interface Changed {
  readonly n: number;
  readonly id: string;
  readonly at: number;
  readonly ip: string;
  readonly method: string;
  readonly path: string;
  readonly outcome: string;
  readonly after: string;
  readonly certain: boolean;
  readonly kept_away: readonly { readonly ruleset: string; readonly id: string; readonly location: string }[];
}

export interface ExclusionPreview {
  /** Events that were looked at, and from when the oldest is (Unix milliseconds). */
  readonly events: number;
  readonly since: number | null;
  /** Of them, requests that it applies to by method, host and path. */
  readonly applies: number;
  /** Requests that would have lost a match. */
  readonly affected: number;
  /** Requests that were blocked or challenged, and would have passed. */
  readonly would_pass: number;
  /** Of these, such as are told for certain. */
  readonly certain: number;
  /** Those affected, the newest first. */
  readonly changes: readonly Changed[];
}

/** What an exclusion would have done to the requests of these events (newest first). `now` in Unix milliseconds. */
export function previewExclusion(
  exclusion: Exclusion,
  events: readonly NumberedEvent[],
  against: Against,
  now: number,
): ExclusionPreview {
  const rulesets = [...against.rulesets].map(([name, { compiled }]) => [name, compiled] as const);
  const [compiled] = compileExclusions([exclusion], rulesets);
  if (compiled === undefined) throw new Error('an exclusion was not compiled');
  const indexes = new Map(rulesets.map(([name, { rules }]) => [name, new Map(rules.map(({ id }, i) => [id, i]))]));
  const blocks = ({ ruleset = '', id }: EventRule): boolean => {
    const index = indexes.get(ruleset)?.get(id);
    return index !== undefined && against.rulesets.get(ruleset)?.compiled.rules[index]?.action === 'block';
  };
  const changes: Changed[] = [];
  let applying = 0;
  for (const event of events) {
    if (!isJudged(event) || !applies(compiled, event, now)) continue;
    applying++;
    const change = lookBack(compiled, event, { ...against, blocks }, indexes, now);
    if (change !== null) changes.push(change);
  }
  const passing = changes.filter(({ outcome, after }) => isStopped(outcome) && !isStopped(after));
  return {
    events: events.length,
    since: events.at(-1)?.at ?? null,
    applies: applying,
    affected: changes.length,
    would_pass: passing.length,
    certain: passing.filter(({ certain }) => certain).length,
    changes: changes.slice(0, SHOWN),
  };
}

function isStopped(outcome: string): boolean {
  return outcome === 'block' || outcome === 'challenge';
}

function requestOf({ request }: NumberedEvent) {
  const { method = 'GET', host = '', path = '/' } = request ?? {};
  return { method, host, path: path.split('?', 1)[0] ?? '/' };
}

function applies(compiled: CompiledExclusion, event: NumberedEvent, now: number): boolean {
  return selectExclusions([compiled], requestOf(event), now) !== null;
}

type Indexes = ReadonlyMap<string, ReadonlyMap<string, number>>;

function lookBack(
  compiled: CompiledExclusion,
  event: JudgedEvent,
  lens: Lens,
  indexes: Indexes,
  now: number,
): Changed | null {
  const fates = new Map((event.rules ?? []).map((rule) => [rule, fateOf(compiled, rule, event, indexes, now)]));
  const gone = [...fates].filter(([, fate]) => fate !== 'stays').map(([rule]) => rule);
  if (gone.length === 0 && !compiled.score) return null;
  const { outcome, certain } = withoutRules(event, (rule) => fates.get(rule) !== 'stays', compiled.score, lens);
  if (gone.length === 0 && outcome === event.outcome) return null;
  const { method, path } = requestOf(event);
  return {
    n: event.n,
    id: event.id,
    at: event.at,
    ip: event.client?.ip ?? '',
    method,
    path,
    outcome: event.outcome,
    after: outcome,
    certain: certain && ![...fates.values()].includes('perhaps'),
    kept_away: gone.map(({ ruleset = '', id, location }) => ({ ruleset, id, location })),
  };
}

/** What becomes of a match. `perhaps`: the event names the place more broadly than the exclusion does, or one of several places. */
function fateOf(
  compiled: CompiledExclusion,
  rule: EventRule,
  event: NumberedEvent,
  indexes: Indexes,
  now: number,
): 'goes' | 'perhaps' | 'stays' {
  const { ruleset = '', id, location, values = 1 } = rule;
  const index = indexes.get(ruleset)?.get(id);
  const excluding = selectExclusions([compiled], requestOf(event), now)?.of(ruleset);
  const place = readLocation(location);
  if (index === undefined || excluding === undefined || place === null) return 'stays';
  const members = [...membersOf(place.collection), place.collection];
  const taken = members.filter((member) => excluding.excludes(index, member, place.name));
  if (taken.length === 0) return 'stays';
  const isWhole = taken.includes(place.collection) && (values === 1 || compiled.targets === undefined);
  return isWhole ? 'goes' : 'perhaps';
}

/** `ARGS:q`, `REQUEST_HEADERS:User-Agent`, `&ARGS`: as `formatLocation` writes them. */
function readLocation(location: string): { readonly collection: Collection; readonly name: string } | null {
  const text = location.startsWith('&') ? location.slice(1) : location;
  const colon = text.indexOf(':');
  const name = colon < 0 ? '' : text.slice(colon + 1);
  const collection = COLLECTIONS.find((one) => one === (colon < 0 ? text : text.slice(0, colon)));
  return collection === undefined ? null : { collection, name };
}
