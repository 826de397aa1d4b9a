/**
 * What the rooms say to one another: RPC interfaces and messages. Types only. During a deploy, versions of the Worker
 * and of the actors mix, so changes here are additive: a new field is optional, an old one stays.
 */
import type { Category, Severity } from '../../rules/schema.ts';
import type { Problem } from '../parse.ts';
import type { NetworkFacts } from '../edge/network.ts';
import type { Outcome, Signal } from '../edge/verdict.ts';

// ---- releases -------------------------------------------------------------------------------------------------

export type ReleaseKind = 'ruleset' | 'model' | 'blocklist' | 'watchlist' | 'policy';

/** The releases in force. `hashes` lacks a kind as long as the bundled one is in force; seq 0 is all bundled. */
export interface Head {
  readonly seq: number;
  /** SHA-256 of the body, lower-case hex. `ruleset` is the one named `owasp-core`. */
  readonly hashes: Readonly<Partial<Record<ReleaseKind, string>>>;
  /** The other rulesets in force, by name. Absent: none but the bundled ones. */
  readonly rulesets?: Readonly<Record<string, string>>;
}

/** Rides on every reply: a hint to go and ask the registry, never content. */
export interface SeqHint {
  readonly seq: number;
}

export interface ReleaseRecord {
  readonly seq: number;
  readonly kind: ReleaseKind;
  /** The name under which a ruleset is in force. */
  readonly ruleset?: string;
  /** Empty where a ruleset was removed. */
  readonly hash: string;
  /** Unix milliseconds. */
  readonly at: number;
  /** Who: `operator`, `kv`, `reputation`, `registry`. */
  readonly author: string;
  readonly note: string;
  /** Bytes of the body. */
  readonly size: number;
  readonly rolledBackFrom?: number;
}

export interface PublishRequest {
  readonly kind: ReleaseKind;
  /** The release as JSON text; the registry parses and validates it. */
  readonly body: string;
  readonly author: string;
  readonly note?: string;
  /** Of a ruleset: the name to put it in force under. Absent: its own. */
  readonly ruleset?: string;
  /** Validate and report what would change; store nothing. */
  readonly dryRun?: boolean;
}

export type PublishResult =
  | {
      readonly ok: true;
      readonly seq: number;
      readonly hash: string;
      readonly changed: boolean;
      readonly changes: ReleaseChanges;
      /** Of a ruleset: the name it is in force under, and what it holds. */
      readonly ruleset?: string;
      readonly counts?: RuleCounts;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Ids (rule ids, route ids, addresses) that a release adds, removes or alters against the one in force. */
export interface ReleaseChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly altered: readonly string[];
}

/** How many rules a ruleset has, in all, of each category and of each paranoia level. */
export interface RuleCounts {
  readonly rules: number;
  readonly byCategory: Readonly<Record<string, number>>;
  readonly byParanoia: Readonly<Record<string, number>>;
}

export interface BlockEntry {
  /** An address or a CIDR range, canonical. */
  readonly range: string;
  readonly reason: string;
  /** Unix milliseconds of the start. */
  readonly since: number;
  /** Unix milliseconds of the end; absent: until removed. */
  readonly until?: number;
  /** `operator` or `reputation`. */
  readonly source: string;
}

export interface BlockRequest {
  readonly ip: string;
  readonly reason: string;
  readonly ttlSeconds?: number;
  readonly source: string;
}

export type BlockResult =
  | { readonly ok: true; readonly entry: BlockEntry; readonly seq: number }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface RegistryRpc {
  head(): Promise<Head>;
  /** The body of a release by hash, or null when no such release is kept. */
  body(hash: string): Promise<string | null>;
  publish(request: PublishRequest): Promise<PublishResult>;
  /** Newest first. */
  history(kind: ReleaseKind | null, limit: number): Promise<readonly ReleaseRecord[]>;
  /** Puts the release of `seq` in force again, under a new seq. */
  rollback(seq: number, author: string): Promise<PublishResult>;
  /** Takes the ruleset of this name out of force; of a bundled one the bundled release is in force again. */
  removeRuleset(name: string, author: string): Promise<{ readonly removed: boolean; readonly seq: number }>;
  /** A guardian or the bus says that it lives and wants to hear of new heads. Answers the head. */
  join(member: Member): Promise<Head>;
  /** A reputation actor begins or ceases to remember this client. */
  watch(client: string): Promise<SeqHint>;
  unwatch(client: string): Promise<SeqHint>;
  block(request: BlockRequest): Promise<BlockResult>;
  /** Takes a range off the blocklist. `removed` is false when it was not on it. */
  unblock(range: string, author: string): Promise<{ readonly removed: boolean; readonly seq: number }>;
  blocklist(): Promise<readonly BlockEntry[]>;
}

export interface Member {
  readonly kind: 'guardian' | 'bus';
  readonly name: string;
}

/** Whoever joined the registry hears of each new head. */
export interface MemberRpc {
  headChanged(head: Head): Promise<void>;
}

// ---- rate limiting --------------------------------------------------------------------------------------------

export interface LeaseRequest {
  readonly client: string;
  /** Permits per window for this client now (already lowered by its score). */
  readonly limit: number;
  readonly windowMs: number;
  /** How long a granted permit may be spent after the isolate sent this request. */
  readonly tauMs: number;
  /** Permits wished for, at least 1. */
  readonly want: number;
  readonly durable: boolean;
  /** The isolate's seq. */
  readonly seq: number;
}

export interface LeaseReply extends SeqHint {
  /** Permits debited for the caller; 0 is a refusal. */
  readonly granted: number;
  /** Permits debited in the window, this grant included. */
  readonly used: number;
  /** Milliseconds until the oldest debit leaves the window; 0 when there is none. */
  readonly resetMs: number;
  /** For a refusal: milliseconds until a permit can be had. */
  readonly retryAfterMs: number;
}

export interface GuardianRpc extends MemberRpc {
  lease(request: LeaseRequest): Promise<LeaseReply>;
}

// ---- reputation -----------------------------------------------------------------------------------------------

/** Something bad that a client did. */
export interface Evidence {
  readonly category: Category | 'bot' | 'rate' | 'score';
  /** How bad, 0 to 1. */
  readonly weight: number;
  /** How many times since the last report. */
  readonly count: number;
  /** Unix milliseconds of the last time. */
  readonly at: number;
  /** In short, redacted: rule id and location. */
  readonly why: string;
}

export interface ReputationState {
  readonly client: string;
  /** Decayed badness, 0 to 1. */
  readonly score: number;
  readonly categories: Readonly<Record<string, number>>;
  readonly firstSeen: number | null;
  readonly lastSeen: number | null;
  readonly blockedUntil: number | null;
  /** The latest evidence, newest first, at most 20. */
  readonly why: readonly {
    readonly at: number;
    readonly category: string;
    readonly weight: number;
    readonly why: string;
  }[];
}

/** One actor per client key; its name is the key. */
export interface ReputationRpc {
  report(evidence: readonly Evidence[]): Promise<SeqHint & { readonly score: number }>;
  look(): Promise<ReputationState & SeqHint>;
  /** Forgets everything at once (an operator's pardon). */
  forget(): Promise<SeqHint>;
}

// ---- threat bus -----------------------------------------------------------------------------------------------

/** What happened, to whom, why. Redacted before it is built: see `src/edge/redact.ts`. */
export interface ThreatEvent {
  /** The request's id (UUID), or a UUID of its own for system events. */
  readonly id: string;
  readonly kind: 'request' | 'system';
  /** Unix milliseconds. */
  readonly at: number;
  readonly outcome: Outcome | 'notice' | 'error';
  /** Why, in plain words. */
  readonly reason: string;
  readonly score?: number;
  readonly client?: EventClient;
  readonly request?: EventRequest;
  readonly rules?: readonly EventRule[];
  /** Ids of all rules that matched, also of those too many for `rules`: whoever tunes a ruleset must know each. */
  readonly ruleIds?: readonly string[];
  /** Ids of the exclusions that kept a match away. */
  readonly excluded?: readonly string[];
  readonly bot?: { readonly score: number; readonly signals: readonly Signal[] };
  readonly reputation?: { readonly score: number; readonly signals: readonly Signal[] };
  /** Set when an actor failed and the route's policy decided. */
  readonly failed?: 'open' | 'closed';
  /** Seq of the snapshot that judged. */
  readonly seq: number;
}

/** Who it happened to, as far as Cloudflare tells. */
export type EventClient = Omit<NetworkFacts, 'httpProtocol' | 'tlsVersion' | 'threatScore'>;

export interface EventRequest {
  readonly method: string;
  readonly host: string;
  /** Path with the query's values redacted where they are secrets. */
  readonly path: string;
  readonly route: string;
  readonly userAgent: string;
}

export interface EventRule {
  readonly id: string;
  readonly name: string;
  readonly category: Category;
  readonly score: number;
  readonly location: string;
  readonly matched: string;
  /** The name under which its ruleset is in force. */
  readonly ruleset?: string;
  /** Absent: the rule acted as it says. */
  readonly mode?: 'weigh' | 'detect';
  readonly severity?: Severity;
  /** CRS paranoia level. */
  readonly paranoia?: number;
  /** What was done to the value before it matched, in order. */
  readonly transformations?: readonly string[];
  /** Where the match stands, first byte and the one past the last: in the value after the transformations, and as it came. */
  readonly decoded?: readonly [start: number, end: number];
  readonly raw?: readonly [start: number, end: number];
  /** How many values matched, where more than one. */
  readonly values?: number;
}

/** An event as the bus keeps it: numbered without gaps. */
export interface NumberedEvent extends ThreatEvent {
  readonly n: number;
}

/** What one isolate has seen since its last report. */
export interface TelemetryBatch {
  readonly events: readonly ThreatEvent[];
  /** Requests by outcome, passes included. */
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  readonly routes: Readonly<Record<string, number>>;
  readonly countries: Readonly<Record<string, number>>;
  /** Requests in which each exclusion kept a match away, by the exclusion's id. */
  readonly exclusions?: Readonly<Record<string, number>>;
  /** The isolate's seq. */
  readonly seq: number;
  /** Unix milliseconds of the batch. */
  readonly at: number;
}

/** How often an exclusion kept a match away, and when last (Unix milliseconds). */
export interface ExclusionCount {
  readonly hits: number;
  readonly last: number;
}

export interface Stats {
  readonly total: number;
  readonly byOutcome: Readonly<Record<string, number>>;
  readonly byCategory: Readonly<Record<string, number>>;
  readonly byRule: Readonly<Record<string, number>>;
  readonly byCountry: Readonly<Record<string, number>>;
  readonly byRoute: Readonly<Record<string, number>>;
  /** By id of the exclusion. */
  readonly byExclusion?: Readonly<Record<string, ExclusionCount>>;
  /** The last 24 hours by minute, oldest first; minutes without traffic are left out. */
  readonly minutes: readonly { readonly at: number; readonly outcomes: Readonly<Record<string, number>> }[];
}

export interface EventQuery {
  readonly limit: number;
  /** Only events numbered below this (to page back). */
  readonly before?: number;
  readonly outcome?: string;
  readonly category?: string;
  readonly ip?: string;
}

export interface BusRpc extends MemberRpc {
  publish(batch: TelemetryBatch): Promise<SeqHint>;
  stats(): Promise<Stats>;
  /** Newest first. */
  events(query: EventQuery): Promise<readonly NumberedEvent[]>;
}

/** What a dashboard hears on `/ws/threats`, as JSON text frames. A client resumes with `?after=N`, N the last number it has. */
export type BusMessage =
  | {
      readonly type: 'hello';
      readonly head: Head;
      readonly stats: Stats;
      readonly oldest: number;
      readonly latest: number;
      readonly epoch: string;
    }
  | { readonly type: 'events'; readonly events: readonly NumberedEvent[] }
  | { readonly type: 'totals'; readonly byOutcome: Readonly<Record<string, number>> }
  | { readonly type: 'head'; readonly head: Head };
