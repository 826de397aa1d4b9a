/**
 * What the rooms say to one another: RPC interfaces and messages. Types only. During a deploy, versions of the Worker
 * and of the actors mix, so changes here are additive: a new field is optional, an old one stays.
 */
import type { Feature } from '../../model/schema.ts';
import type { Category, Severity } from '../../rules/schema.ts';
import type { Problem } from '../parse.ts';
import type { NetworkFacts } from '../edge/network.ts';
import type { Tier } from '../edge/reputation/graduated-response.ts';
import type { Scope } from '../edge/scopes.ts';
import type { Outcome, Signal, StoppingLayer, Verdict } from '../edge/verdict.ts';

// ---- releases -------------------------------------------------------------------------------------------------

export type ReleaseKind = 'ruleset' | 'model' | 'blocklist' | 'watchlist' | 'threats' | 'policy';

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
  /** Who: the name of an API key, or `operator`, `kv`, `reputation`, `registry`. */
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
      /** The hash in force until then; absent: the bundled one was. */
      readonly before?: string;
      /** Absent from a registry of an older version. */
      readonly kind?: ReleaseKind;
      /** Of a ruleset: the name it is in force under, and what it holds. */
      readonly ruleset?: string;
      readonly counts?: RuleCounts;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export type PrepareResult =
  | { readonly ok: true; readonly body: string }
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
  /** An address or a CIDR range, canonical; or a whole network by its number, `AS64500`. */
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
  /** Of the release that an operator's block makes; absent: `operator`. */
  readonly author?: string;
}

/** What of a standing block shall be another; what is left out stays. */
export interface BlockChange {
  readonly reason?: string;
  /** From now on; null: until removed. */
  readonly ttlSeconds?: number | null;
}

export type BlockResult =
  | {
      readonly ok: true;
      readonly entry: BlockEntry;
      readonly seq: number;
      /** False where a longer block stood already. */
      readonly changed?: boolean;
      /** The entry that stood until then. */
      readonly before?: BlockEntry;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface RegistryRpc {
  head(): Promise<Head>;
  /** The body of a release by hash, or null when no such release is kept. */
  body(hash: string): Promise<string | null>;
  publish(request: PublishRequest): Promise<PublishResult>;
  /** Holds a ruleset, as JSON text, against the door for releases and answers it prepared. Nothing is stored. */
  prepare(ruleset: string): Promise<PrepareResult>;
  /** Newest first. */
  history(kind: ReleaseKind | null, limit: number): Promise<readonly ReleaseRecord[]>;
  /** Puts the release of `seq` in force again, under a new seq. */
  rollback(seq: number, author: string): Promise<PublishResult>;
  /** Takes the ruleset of this name out of force; of a bundled one the bundled release is in force again. */
  removeRuleset(name: string, author: string): Promise<RulesetRemoval>;
  /** A guardian or the bus says that it lives and wants to hear of new heads. Answers the head. */
  join(member: Member): Promise<Head>;
  /** A reputation actor begins or ceases to remember this client. */
  watch(client: string): Promise<SeqHint>;
  unwatch(client: string): Promise<SeqHint>;
  block(request: BlockRequest): Promise<BlockResult>;
  /** Gives a standing block another end or reason, with no moment in between in which it is not in force. Null when it does not stand. */
  changeBlock(range: string, wish: BlockChange, author: string): Promise<BlockResult | null>;
  /** Takes a range off the blocklist. `removed` is false when it was not on it. */
  unblock(range: string, author: string): Promise<BlockRemoval>;
  blocklist(): Promise<readonly BlockEntry[]>;
  /** All API keys, also those that are over. */
  keys(): Promise<readonly ApiKey[]>;
  createKey(key: NewApiKey): Promise<KeyResult>;
  /** Null when there is no such key. */
  revokeKey(id: string): Promise<KeyRevocation | null>;
  /** The key was shown at `at`; written at most every ten minutes. */
  keyUsed(id: string, at: number): Promise<void>;
  /** Appends to the audit log; a note whose id is there already is passed over. */
  record(notes: readonly AuditNote[]): Promise<void>;
  /** Newest first, those numbered below `before`. */
  audit(limit: number, before?: number): Promise<readonly AuditEntry[]>;
  verifyAudit(): Promise<AuditCheck>;
}

export interface RulesetRemoval {
  readonly removed: boolean;
  readonly seq: number;
  /** The hash that was in force. */
  readonly before?: string;
}

export interface BlockRemoval {
  readonly removed: boolean;
  readonly seq: number;
  /** The entry that stood. */
  readonly before?: BlockEntry;
}

export interface Member {
  readonly kind: 'guardian' | 'bus';
  readonly name: string;
}

/** Whoever joined the registry hears of each new head. */
export interface MemberRpc {
  headChanged(head: Head): Promise<void>;
}

// ---- keys and the audit log ------------------------------------------------------------------------------------

export interface NewApiKey {
  /** Twelve hex digits; no secret. */
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** SHA-256 of the whole key, lower-case hex: the key itself is nowhere. */
  readonly hash: string;
  /** Unix milliseconds; null: it does not expire. */
  readonly expires: number | null;
}

export interface ApiKey extends NewApiKey {
  readonly created: number;
  /** When it was last shown, to ten minutes; null: never. */
  readonly used: number | null;
  readonly revoked: number | null;
}

export type KeyResult =
  | { readonly ok: true; readonly key: ApiKey }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface KeyRevocation {
  readonly key: ApiKey;
  /** False when it had been revoked before. */
  readonly changed: boolean;
}

/** What something was before or after a change, in short and without secrets. */
export type AuditFacts = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** One thing that was done, or was not allowed, for the audit log. */
export interface AuditNote {
  /** The request's id, or a UUID of its own. */
  readonly id: string;
  /** Unix milliseconds. */
  readonly at: number;
  /** The id of an API key, or `bootstrap`; `unknown` of a wrong key; `kv` and `registry` for what was done without a call. */
  readonly who: string;
  /** The key's name, for people; empty where `who` is no key. */
  readonly name: string;
  readonly via: 'key' | 'session' | 'shield';
  /** Client key of the address; empty for `shield`. */
  readonly client: string;
  /** Id of the operation. */
  readonly operation: string;
  /** To what: an address, a name, a number. */
  readonly target: string;
  readonly before: AuditFacts | null;
  readonly after: AuditFacts | null;
  /** `unclear`: an actor did not answer, so it may or may not have been done. */
  readonly outcome: 'done' | 'refused' | 'unclear';
}

/** A note in its place in the chain. */
export interface AuditEntry extends AuditNote {
  /** From 1, without gaps. */
  readonly n: number;
  /** The hash of the entry before. */
  readonly previous: string;
  /** See `linkHash` in `src/actors/registry/audit-chain.ts`. */
  readonly hash: string;
}

/** A place in the chain. */
export interface AuditMark {
  readonly n: number;
  readonly hash: string;
}

export interface AuditCheck {
  readonly ok: boolean;
  /** The number of the first entry that is not what it was, or is gone; null when all is well. */
  readonly broken: number | null;
  /** Entries that were looked at. */
  readonly entries: number;
  /** The last entry that was dropped to make room: the chain is verified from it on. */
  readonly anchor: AuditMark;
  readonly head: AuditMark;
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

// ---- threat intelligence --------------------------------------------------------------------------------------

/** What a source says of the addresses it lists: a threat with a confidence, a mere label, or that they are to be spared. */
export type SourceRole = 'threat' | 'label' | 'allow';

/** How a source's text is read: see `src/actors/collector/parsers/`. */
export type FeedFormat = 'plain' | 'ipsum' | 'ndjson' | 'dshield' | 'csv' | 'stix' | 'prefixes';

/** A feed, as data. */
export interface SourceSettings {
  /** Names it for good: lower-case letters, digits, dashes. */
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly format: FeedFormat;
  /** Of `csv`: the column with the address, by its name in the first row or its number from 1. */
  readonly column?: string;
  readonly role: SourceRole;
  /** Sources that copy from one another are one family: only the strongest of a family counts. */
  readonly family: string;
  /** Trust in the source, 0 to 1. */
  readonly weight: number;
  readonly intervalSeconds: number;
  /** How long an address that the source no longer names still counts, fading: tau of the decay. */
  readonly lifetimeSeconds: number;
  readonly licence: string;
  readonly enabled: boolean;
  /** An empty list is an answer and not a fault. */
  readonly emptyOk: boolean;
}

/** `pending`: not fetched yet. `suspect`: what came was not believed, the copy before it stands. `failing`: nothing came. */
export type SourceHealth = 'pending' | 'ok' | 'suspect' | 'failing' | 'off';

export interface SourceState extends SourceSettings {
  readonly builtIn: boolean;
  readonly health: SourceHealth;
  /** Addresses and ranges in the copy that stands. */
  readonly rows: number;
  /** Unix milliseconds; null: never, or not planned. */
  readonly lastAttempt: number | null;
  readonly lastSuccess: number | null;
  readonly nextAttempt: number | null;
  /** In plain words, of the last attempt; null when it went well. */
  readonly problem: string | null;
  /** Rows of the last copy that could not be read. */
  readonly unreadable: number;
}

/** What one source says about an address. */
export interface ThreatSource {
  readonly id: string;
  readonly family: string;
  readonly role: SourceRole;
  /** The listed address or range that holds the one asked for. */
  readonly range: string;
  readonly weight: number;
  /** The source's own confidence in the row, 0 to 1. */
  readonly confidence: number;
  /** What is left of it with time, 0 to 1: 1 while the source goes on listing it. */
  readonly decay: number;
  /** weight x confidence x decay. */
  readonly contribution: number;
  /** Unix milliseconds, to the hour. */
  readonly firstSeen: number;
  readonly lastSeen: number;
}

/** An address or range with its merged confidence. */
export interface Threat {
  /** Canonical: an IPv4 address, an IPv6 /64, or a CIDR range. */
  readonly range: string;
  /** Noisy-OR over families, 0 to 1. */
  readonly score: number;
  /** Ids. */
  readonly sources: readonly string[];
  /** Unix milliseconds, to the hour: when the first of them began to list it, or a range around it. */
  readonly firstSeen?: number;
}

export interface ThreatQuery {
  readonly minScore?: number;
  readonly source?: string;
  /** At most 10,000. */
  readonly limit: number;
  readonly cursor?: string;
}

export interface ThreatPage {
  /** The highest score first. */
  readonly threats: readonly Threat[];
  /** How many match in all. */
  readonly total: number;
  /** For the next page; null on the last. */
  readonly cursor: string | null;
  /** Unix milliseconds of the merge. */
  readonly at?: number;
}

export interface AllowEntry {
  readonly range: string;
  readonly note: string;
  /** `bogon` and `cloudflare` come with the shield, `crawler` from published lists, `operator` was entered. */
  readonly origin: 'bogon' | 'cloudflare' | 'crawler' | 'operator';
}

export interface ThreatLookup {
  readonly ip: string;
  /** 0 when allowed or unknown. */
  readonly score: number;
  /** The listing that holds it; null when there is none. */
  readonly range: string | null;
  /** The allow-list entry that holds it, or null. */
  readonly allowed: AllowEntry | null;
  /** What each source says, the weightiest first, also of an allowed address. */
  readonly sources: readonly ThreatSource[];
}

/** First-hand evidence: what the shield itself saw of a client. */
export interface ThreatReport {
  /** Client key: an IPv4 address or an IPv6 /64. */
  readonly client: string;
  /** 0 to 1. */
  readonly confidence: number;
  readonly why: string;
  /** Unix milliseconds. */
  readonly at: number;
}

export interface IntelligenceStatus {
  /** `ok`: at least one threat source has a copy that stands. `degraded`: none has for longer than its lifetime, or some are not ok. `down`: none has any. */
  readonly state: 'ok' | 'degraded' | 'down';
  readonly threats: number;
  readonly allowed: number;
  readonly firstHand: number;
  /** Unix milliseconds of the last merge; null before the first. */
  readonly mergedAt: number | null;
  readonly etag: string | null;
  readonly sources: readonly SourceState[];
  /** Newest first: feeds that failed, were suspect, recovered. */
  readonly events: readonly { readonly at: number; readonly source: string; readonly message: string }[];
}

/** All threats at once, in parallel columns, IPv4 first, then by start, the wider first: what the enforcement engine works on. */
export interface ThreatTable {
  readonly etag: string;
  readonly at: number;
  /** How many rows are IPv4; the rest are IPv6. */
  readonly ipv4: number;
  /** Start and length of each range: see `Address` in `src/edge/reputation/client-key.ts`. */
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly prefix: Uint8Array;
  /** Score in 255ths, rounded down. */
  readonly score: Uint8Array;
  /** Bit i set: `sources[i]` lists it. */
  readonly sourceBits: Uint32Array;
  readonly sources: readonly string[];
  /** Disjoint, in the order of the rows. */
  readonly allow: readonly AllowEntry[];
}

export type SourceResult =
  | { readonly ok: true; readonly source: SourceState }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** What may be changed of a source. */
export type SourceChange = Partial<Omit<SourceSettings, 'id' | 'role'>>;

export type AllowResult =
  | { readonly ok: true; readonly entry: AllowEntry }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The collector's named entrypoint, behind the service binding `INTELLIGENCE_COLLECTOR`; its actor has the same. */
export interface IntelligenceRpc {
  threats(query: ThreatQuery): Promise<ThreatPage>;
  /** Null when `ip` is no address. */
  lookup(ip: string): Promise<ThreatLookup | null>;
  status(): Promise<IntelligenceStatus>;
  report(reports: readonly ThreatReport[]): Promise<void>;
  /** Null when `known` is the etag in force: nothing to send. */
  table(known: string | null): Promise<ThreatTable | null>;
  addSource(settings: SourceSettings): Promise<SourceResult>;
  changeSource(id: string, change: SourceChange): Promise<SourceResult>;
  /** False when there is none; built-in ones are turned off, not removed: that is a problem of its own. */
  removeSource(id: string): Promise<{ readonly removed: boolean; readonly problem?: string }>;
  allowlist(): Promise<readonly AllowEntry[]>;
  allow(range: string, note: string): Promise<AllowResult>;
  disallow(range: string): Promise<{ readonly removed: boolean; readonly problem?: string }>;
  /**
   * Fetches now: the sources named, or all that are on. Answers when they are done, or after 25 s. `accept`: lists that shrank are
   * believed.
   */
  collect(ids?: readonly string[], accept?: boolean): Promise<IntelligenceStatus>;
  /** Starts the alarms of a collector that was never called. */
  wake(): Promise<void>;
}

// ---- enforcement ----------------------------------------------------------------------------------------------

export type EnforcementMode = 'off' | 'plan' | 'apply';
/** The tiers that have a list in the account. */
export type ListTier = Exclude<Tier, 'log_only'>;
/** Which lists the account has room for: see `src/actors/enforcement/`. */
export type ListMode = 'three-lists' | 'single-list' | 'worker-only';
/** Whose threats are in force: the collector's, the last good ones, or the built-in few. */
export type ThreatOrigin = 'live' | 'cached' | 'emergency' | 'none';

export interface PlanItem {
  readonly range: string;
  readonly score: number;
  readonly sources: readonly string[];
  /** In plain words. */
  readonly reason: string;
}

export interface ListPlan {
  readonly tier: ListTier;
  /** As the API has it, `threat_block`, and as people are shown it, `threat-block`. */
  readonly name: string;
  readonly displayName: string;
  /** The first of each alone, for display; adds come with the highest score first. */
  readonly adds: readonly PlanItem[];
  readonly removals: readonly PlanItem[];
  /** How many there are in all. Absent: those shown. */
  readonly addCount?: number;
  readonly removalCount?: number;
  /** Own items now and after. */
  readonly before: number;
  readonly after: number;
  /** Items of others in the same list: never touched. */
  readonly foreign: number;
  /** Addresses that would be in it if the cap allowed. */
  readonly wanted: number;
  /** Items it may hold under the plan's cap. */
  readonly cap: number;
}

export interface Plan {
  /** SHA-256 over what it would do: an approval names it. */
  readonly hash: string;
  readonly at: number;
  readonly listMode: ListMode;
  readonly origin: ThreatOrigin;
  readonly lists: readonly ListPlan[];
  /** Why it waits for an approval; empty: it does not. */
  readonly held: readonly string[];
  readonly approved: boolean;
  readonly cap: { readonly plan: string; readonly limit: number; readonly used: number; readonly foreign: number };
}

export interface RunRecord {
  readonly id: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly trigger: 'alarm' | 'operator' | 'evidence' | 'approval' | 'kill-switch';
  readonly mode: EnforcementMode;
  /** `waiting`: an operation is under way at Cloudflare. `held`: for an approval. */
  readonly state: 'running' | 'waiting' | 'done' | 'held' | 'failed';
  readonly origin: ThreatOrigin;
  readonly added: number;
  readonly removed: number;
  /** Calls of the Cloudflare API. */
  readonly calls: number;
  readonly planHash: string | null;
  readonly problem: string | null;
}

export interface ListState {
  readonly tier: ListTier;
  readonly name: string;
  readonly displayName: string;
  readonly id: string | null;
  readonly items: number;
  readonly foreign: number;
  readonly cap: number;
  /** Items that the last plan would have in it if the cap allowed; absent before the first. */
  readonly wanted?: number;
}

export interface EnforcementStatus {
  readonly state: 'RUNNING' | 'DEGRADED' | 'STOPPED';
  /** Why it is not RUNNING. */
  readonly reasons: readonly string[];
  readonly mode: EnforcementMode;
  readonly killSwitch: boolean;
  readonly listMode: ListMode | null;
  readonly origin: ThreatOrigin;
  readonly thresholds: { readonly rate_limit: number; readonly challenge: number; readonly block: number };
  /** Addresses and ranges by tier in the release that the edge has. */
  readonly edge: Readonly<Record<Tier, number>>;
  readonly lists: readonly ListState[];
  readonly cap: Plan['cap'] | null;
  readonly lastRun: RunRecord | null;
  readonly nextRun: number | null;
  readonly heldPlan: string | null;
  /** Custom rules that use the lists, by ref. */
  readonly rules: readonly { readonly ref: string; readonly state: 'present' | 'absent' | 'unknown' }[];
  readonly webhooks: { readonly queued: number; readonly lastProblem: string | null };
}

/** The network that an address is in: its number as it was asked with, as the last event of the address has it, or not known. */
export interface CheckedNetwork {
  readonly asn: number | null;
  readonly from: 'asked' | 'events' | 'unknown';
}

/** What becomes of an address now, whatever is known of it. */
export interface AddressNow {
  /** Of a plain request; `limit`: it passes under a lowered rate limit. */
  readonly outcome: 'block' | 'challenge' | 'limit' | 'pass';
  readonly by: 'blocklist' | 'intelligence' | 'reputation' | 'none';
  /** In one line. */
  readonly says: string;
}

export interface CheckResult {
  readonly ip: string;
  readonly score: number;
  readonly tier: Tier;
  readonly sources: readonly ThreatSource[];
  readonly allowed: AllowEntry | null;
  /** A block of the whole network is found only where the network is known. Absent: the engine is of an older version. */
  readonly network?: CheckedNetwork;
  /** Where it is enforced now. */
  readonly enforced: {
    readonly edge: Tier | null;
    readonly lists: readonly { readonly name: string; readonly displayName: string; readonly range: string }[];
    /** The registry's entry, set by an operator or by reputation. */
    readonly blocklist: BlockEntry | null;
  };
  /** In plain words. As the control plane answers it, it begins with `now.says`. */
  readonly why: string;
  readonly origin: ThreatOrigin;
  /** Put to it by the control plane, which judges as the edge does. */
  readonly now?: AddressNow;
}

export interface CycleResult {
  readonly success: boolean;
  readonly message: string;
  readonly run: RunRecord;
}

export interface LogicTest {
  readonly ip: string;
  readonly score: number;
  readonly expected: Tier;
  readonly actual: Tier;
  readonly passed: boolean;
}

/** The enforcement engine is one of a kind. */
export interface EnforcementRpc {
  status(): Promise<EnforcementStatus>;
  /** Null when `ip` is no address. */
  check(ip: string, asn?: number): Promise<CheckResult | null>;
  /** A full cycle now: collect, judge, release to the edge, plan, apply as the mode allows. `operator`: the caller's client key. */
  enforce(operator: string): Promise<CycleResult>;
  /** Seven evaluations of the live function with the live settings. */
  testLogic(): Promise<readonly LogicTest[]>;
  testConnection(): Promise<{
    readonly success: boolean;
    readonly message: string;
    readonly received: number;
    readonly sample: readonly Threat[];
  }>;
  /** The plan as it stands: held, under way, or of the last run; null before the first. */
  plan(): Promise<Plan | null>;
  approve(hash: string, operator: string): Promise<{ readonly approved: boolean; readonly problem?: string }>;
  /** Newest first. */
  runs(limit: number): Promise<readonly RunRecord[]>;
  /** On: empties own items of every list and the edge's release, and stays so until it is off again. */
  killSwitch(on: boolean, operator: string): Promise<EnforcementStatus>;
  /** First-hand evidence has come in: a run soon, but never more often than each two minutes. */
  evidenceArrived(): Promise<void>;
  /** Starts the alarms of an engine that was never called. */
  wake(): Promise<void>;
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
  /** What each layer made of the request. Absent: its content was not judged. */
  readonly layers?: EventLayers;
  /** The model's inputs by name, each 0 to 1; those at 0 are left out. */
  readonly features?: Readonly<Partial<Record<Feature, number>>>;
  /** What each input adds to the model's score (or takes from it): together `layers.model - layers.base`. Those at 0 are left out. */
  readonly contributions?: Readonly<Partial<Record<Feature, number>>>;
  /** Seq of the snapshot that judged. */
  readonly seq: number;
}

/** What each layer made of a request, in the order in which they are asked. */
export interface EventLayers {
  /** The layer that decided. */
  readonly by: Verdict['by'];
  /** What threat intelligence says of the address, 0 to 1, with the policy's conditions applied; absent: nothing. */
  readonly listed?: { readonly score: number; readonly tier: Tier };
  /** Sum of the scores of the rules that matched and may block; 100 blocks. */
  readonly anomaly: number;
  /** A rule matched that blocks by itself. */
  readonly blocking: boolean;
  /** CRS points of the rulesets that only weigh; absent: none matched. */
  readonly weighed?: number;
  readonly bot: number;
  readonly reputation: number;
  /** The network's own score, 0 to 1. `score` of the event is this one, unless rules blocked. */
  readonly model: number;
  /** What the network says of a request in which all inputs are 0. */
  readonly base: number;
  /** Those it was held against. */
  readonly thresholds: { readonly log: number; readonly challenge: number; readonly block: number };
}

/** A piece of a value with the match in it, redacted: the match is `text` from `start` to before `end`. `…` stands where it was cut. */
export interface EventExcerpt {
  readonly text: string;
  readonly start: number;
  readonly end: number;
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
  /** The matched value after the transformations. Absent: there was no room. */
  readonly decodedExcerpt?: EventExcerpt;
  /** The same as it came. Absent also where it would say the same, or where what matched is no value of the request. */
  readonly rawExcerpt?: EventExcerpt;
}

/** An event as the bus keeps it: numbered without gaps. */
export interface NumberedEvent extends ThreatEvent {
  readonly n: number;
}

/** How a request can come to no answer of the site. */
export type Refusal = Extract<Outcome, 'challenge' | 'block' | 'limit'>;

/** By route. */
export type RefusalCounts = Readonly<Record<string, number>>;

/** What one isolate has seen since its last report. */
export interface TelemetryBatch {
  readonly events: readonly ThreatEvent[];
  /** Requests by outcome, passes included. */
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  readonly routes: Readonly<Record<string, number>>;
  /** Requests that were not passed on; absent: none, or an isolate of an older version. */
  readonly refused?: Readonly<Partial<Record<Refusal, RefusalCounts>>>;
  readonly countries: Readonly<Record<string, number>>;
  /** Requests in which each exclusion kept a match away, by the exclusion's id. */
  readonly exclusions?: Readonly<Record<string, number>>;
  /** Requests that were not passed on, by the layer that decided. */
  readonly stopped?: Readonly<Partial<Record<StoppingLayer, number>>>;
  /** Requests that were not simply passed, by path (without query, redacted), by client address, by number of the network. */
  readonly paths?: Readonly<Record<string, number>>;
  readonly addresses?: Readonly<Record<string, number>>;
  readonly asns?: Readonly<Record<string, number>>;
  /** See `Stats.scores`; absent: none was judged. */
  readonly scores?: ScoreHistogram;
  /** See `Stats.latency`. */
  readonly latency?: readonly number[];
  /** Names the isolate for as long as it lives. */
  readonly isolate?: string;
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

/** Judged requests by score, from 0 to 1 in twenty equal buckets; 1 is in the last. */
export interface ScoreHistogram {
  /** Requests that the policy's thresholds decide. */
  readonly open: readonly number[];
  /** Requests that rules blocked, whatever the thresholds. */
  readonly ruled: readonly number[];
}

/** Waits in milliseconds: `counts[i]` requests waited at most `bounds[i]`; the last bound is null, for all that is above. */
export interface LatencyHistogram {
  readonly bounds: readonly (number | null)[];
  readonly counts: readonly number[];
}

/** How often the keys came that came most often; `n` is at least so often, exact unless there were very many keys. */
export type TopKeys = readonly { readonly key: string; readonly n: number }[];

/** The isolates that reported in the last minute, and the release that they are to have. */
export interface Fleet {
  readonly isolates: number;
  /** How many have each seq as the newest. */
  readonly bySeq: readonly { readonly seq: number; readonly isolates: number }[];
  /** The newest release; null until one is made since the bus was started. */
  readonly rollout: {
    readonly seq: number;
    /** Unix milliseconds at which the bus heard of it. */
    readonly at: number;
    /** Isolates of the last minute whose last word was of an older one. Those without traffic say nothing until they have some. */
    readonly behind: number;
    /** From `at` until the last of the isolates that had been seen before first said that they have it; null while none has. */
    readonly tookMs: number | null;
  } | null;
}

export interface Stats {
  readonly total: number;
  readonly byOutcome: Readonly<Record<string, number>>;
  readonly byCategory: Readonly<Record<string, number>>;
  readonly byRule: Readonly<Record<string, number>>;
  readonly byCountry: Readonly<Record<string, number>>;
  readonly byRoute: Readonly<Record<string, number>>;
  /** Of them those that were not passed on, by route and by how; counted since a version that counts them. */
  readonly refusedByRoute?: Readonly<Record<string, Readonly<Partial<Record<Refusal, number>>>>>;
  /** By id of the exclusion. */
  readonly byExclusion?: Readonly<Record<string, ExclusionCount>>;
  /** Requests of the last 24 hours that were not passed on, by the layer that decided. */
  readonly stopped24h?: Readonly<Partial<Record<StoppingLayer, number>>>;
  /** Requests that were not simply passed, of the last 12 to 24 hours, the most frequent first, at most 50 each. ASNs as `AS64500`. */
  readonly byPath?: TopKeys;
  readonly byAddress?: TopKeys;
  readonly byAsn?: TopKeys;
  /** Judged requests of the last 12 to 24 hours, passes included. */
  readonly scores?: ScoreHistogram;
  /** How long requests of the last 12 to 24 hours waited for rate and reputation: what the shield adds to a request besides CPU time. */
  readonly latency?: LatencyHistogram;
  /** When each rule last matched, Unix milliseconds. */
  readonly ruleLast?: Readonly<Record<string, number>>;
  readonly fleet?: Fleet;
  /** The last 24 hours by minute, oldest first; minutes without traffic are left out. */
  readonly minutes: readonly { readonly at: number; readonly outcomes: Readonly<Record<string, number>> }[];
}

/** What the public map is told of an event: nothing that names anybody. */
export interface MapPin {
  /** Unix milliseconds, to the second. */
  readonly at: number;
  readonly outcome: Outcome;
  /** That of the first rule; absent: none matched. */
  readonly category?: string;
  readonly country?: string;
  /** To the whole degree. */
  readonly latitude?: number;
  readonly longitude?: number;
}

/** What the public map hears on `/ws/map`, as JSON text frames: first the latest few, then each as it happens. */
export interface MapMessage {
  readonly type: 'pins';
  readonly pins: readonly MapPin[];
}

export interface EventQuery {
  readonly limit: number;
  /** Only events numbered below this (to page back). */
  readonly before?: number;
  readonly outcome?: string;
  readonly category?: string;
  readonly ip?: string;
  /** The event of this request alone. */
  readonly id?: string;
}

export interface BusRpc extends MemberRpc {
  publish(batch: TelemetryBatch): Promise<SeqHint>;
  stats(): Promise<Stats>;
  /** Newest first. */
  events(query: EventQuery): Promise<readonly NumberedEvent[]>;
  /** Closes the sockets that were opened with this API key, or a session of it. */
  endListeners(key: string): Promise<void>;
}

/**
 * What a dashboard hears on `/ws/threats`, as JSON text frames. A client resumes with `?after=N`, N the last number it has. With
 * `packed=1` most come as binary frames: each the JSON array of some messages, as raw deflate (RFC 1951).
 */
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
  | { readonly type: 'totals'; readonly byOutcome: Readonly<Record<string, number>>; readonly fleet?: Fleet }
  | { readonly type: 'head'; readonly head: Head };
