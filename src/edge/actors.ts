import type {
  AllowEntry,
  AllowResult,
  ApiKey,
  AuditCheck,
  AuditEntry,
  AuditNote,
  BlockChange,
  BlockEntry,
  BlockRemoval,
  BlockRequest,
  BlockResult,
  CheckResult,
  CycleResult,
  EnforcementRpc,
  EnforcementStatus,
  EventQuery,
  Evidence,
  Head,
  IntelligenceStatus,
  LogicTest,
  KeyResult,
  KeyRevocation,
  LeaseReply,
  LeaseRequest,
  NewApiKey,
  NumberedEvent,
  Plan,
  PrepareResult,
  PublishRequest,
  PublishResult,
  ReleaseKind,
  ReleaseRecord,
  ReputationState,
  RunRecord,
  RulesetRemoval,
  SeqHint,
  SourceChange,
  SourceResult,
  SourceSettings,
  Stats,
  TelemetryBatch,
  ThreatLookup,
  ThreatPage,
  ThreatQuery,
} from '../actors/contracts.ts';
import { beforeDeadline } from '../before-deadline.ts';
import { SINGLETON, type Env } from '../env.ts';
import { hashClient } from './reputation/watchlist.ts';

/** What became of a removal; `problem` says why there was none. */
type Removal = { readonly removed: boolean; readonly problem?: string };

/** Why an actor gave no answer. */
export type Failure = 'deadline' | 'overloaded' | 'error';

/** What became of a call: expected to fail now and then, so a failure is a value. `cause` is for the log alone. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure; readonly cause: unknown };

/** A call on which someone waits for a while: what is known at the deadline, and what becomes of it in the end. */
export interface Pending<T> {
  readonly byDeadline: Promise<Answer<T>>;
  readonly whenever: Promise<Answer<T>>;
}

/** Guardians that count wrong admin keys; a handful spreads a flood of guesses. The slash keeps the name out of any route's reach. */
const SIGN_IN_ROUTE = 'control/sign-in';
const SIGN_IN_SHARDS = 4;

/** Calls on which no visitor waits may take longer than those on which one does, but not for ever. */
const BACKGROUND_DEADLINE_MS = 10_000;
/** An operator waits at the door, or for the log to have what was done. */
const DOOR_DEADLINE_MS = 3000;
/** Every pattern of a ruleset is analysed before the registry answers: seconds for one of thousands of rules. */
const PUBLISH_DEADLINE_MS = 60_000;
/** The collector answers after 25 s with what it has by then. */
const COLLECT_DEADLINE_MS = 30_000;

/** A cycle collects for up to 25 s, and then sees Cloudflare's operations through for 20 s. */
const CYCLE_DEADLINE_MS = 75_000;

type ConnectionTest = Awaited<ReturnType<EnforcementRpc['testConnection']>>;
type Approval = Awaited<ReturnType<EnforcementRpc['approve']>>;

/**
 * The only edge file that touches Durable Object bindings. One for each request, since a stub belongs to the request that
 * made it; every reply's seq goes to `heard`.
 */
export class Actors {
  readonly #env: Env;
  readonly #heard: (seq: number) => void;

  constructor(env: Env, heard: (seq: number) => void) {
    this.#env = env;
    this.#heard = heard;
  }

  /** A refused or lost lease can be asked for again: permits debited twice make the limit stricter, never looser. */
  lease(route: string, shards: number, request: LeaseRequest, deadlineMs: number): Pending<LeaseReply> {
    const name = `${route}:${shards === 1 ? 0 : hashClient(request.client) % shards}`;
    const whenever = this.#ask(
      () => this.#env.RATE_GUARDIAN.getByName(name).lease(request),
      BACKGROUND_DEADLINE_MS,
      true,
    );
    return { byDeadline: withDeadline(whenever, deadlineMs), whenever };
  }

  leaseSignIn(client: string, request: LeaseRequest): Promise<Answer<LeaseReply>> {
    const name = `${SIGN_IN_ROUTE}:${hashClient(client) % SIGN_IN_SHARDS}`;
    return this.#ask(() => this.#env.RATE_GUARDIAN.getByName(name).lease(request), BACKGROUND_DEADLINE_MS, true);
  }

  look(client: string, deadlineMs: number): Promise<Answer<ReputationState & SeqHint>> {
    return this.#ask(() => this.#env.REPUTATION.getByName(client).look(), deadlineMs, true);
  }

  lookUp(client: string): Promise<Answer<ReputationState & SeqHint>> {
    return this.look(client, BACKGROUND_DEADLINE_MS);
  }

  report(client: string, evidence: readonly Evidence[]): Promise<Answer<SeqHint & { readonly score: number }>> {
    return this.#ask(() => this.#env.REPUTATION.getByName(client).report(evidence), BACKGROUND_DEADLINE_MS, false);
  }

  forget(client: string): Promise<Answer<SeqHint>> {
    return this.#ask(() => this.#env.REPUTATION.getByName(client).forget(), BACKGROUND_DEADLINE_MS, true);
  }

  publishEvents(batch: TelemetryBatch): Promise<Answer<SeqHint>> {
    return this.#ask(() => this.#bus().publish(batch), BACKGROUND_DEADLINE_MS, false);
  }

  stats(): Promise<Answer<Stats>> {
    return this.#ask(() => this.#bus().stats(), BACKGROUND_DEADLINE_MS, true);
  }

  events(query: EventQuery): Promise<Answer<readonly NumberedEvent[]>> {
    return this.#ask(() => this.#bus().events(query), BACKGROUND_DEADLINE_MS, true);
  }

  /** Hands a WebSocket upgrade to the bus. The caller has checked who asks, and which headers go along. */
  connectToBus(request: Request): Promise<Answer<Response>> {
    return this.#ask(() => this.#bus().fetch(request), BACKGROUND_DEADLINE_MS, false);
  }

  head(): Promise<Answer<Head>> {
    return this.#ask(() => this.#registry().head(), BACKGROUND_DEADLINE_MS, true);
  }

  body(hash: string): Promise<Answer<string | null>> {
    return this.#ask(() => this.#registry().body(hash), BACKGROUND_DEADLINE_MS, true);
  }

  publish(request: PublishRequest): Promise<Answer<PublishResult>> {
    return this.#ask(() => this.#registry().publish(request), PUBLISH_DEADLINE_MS, false);
  }

  history(kind: ReleaseKind | null, limit: number): Promise<Answer<readonly ReleaseRecord[]>> {
    return this.#ask(() => this.#registry().history(kind, limit), BACKGROUND_DEADLINE_MS, true);
  }

  prepare(ruleset: string): Promise<Answer<PrepareResult>> {
    return this.#ask(() => this.#registry().prepare(ruleset), PUBLISH_DEADLINE_MS, true);
  }

  rollback(seq: number, author: string): Promise<Answer<PublishResult>> {
    return this.#ask(() => this.#registry().rollback(seq, author), PUBLISH_DEADLINE_MS, false);
  }

  removeRuleset(name: string, author: string): Promise<Answer<RulesetRemoval>> {
    return this.#ask(() => this.#registry().removeRuleset(name, author), BACKGROUND_DEADLINE_MS, false);
  }

  block(request: BlockRequest): Promise<Answer<BlockResult>> {
    return this.#ask(() => this.#registry().block(request), BACKGROUND_DEADLINE_MS, true);
  }

  changeBlock(range: string, wish: BlockChange, author: string): Promise<Answer<BlockResult | null>> {
    return this.#ask(() => this.#registry().changeBlock(range, wish, author), BACKGROUND_DEADLINE_MS, true);
  }

  unblock(range: string, author: string): Promise<Answer<BlockRemoval>> {
    return this.#ask(() => this.#registry().unblock(range, author), BACKGROUND_DEADLINE_MS, false);
  }

  blocklist(): Promise<Answer<readonly BlockEntry[]>> {
    return this.#ask(() => this.#registry().blocklist(), BACKGROUND_DEADLINE_MS, true);
  }

  enforcementStatus(): Promise<Answer<EnforcementStatus>> {
    return this.#ask(() => this.#enforcement().status(), BACKGROUND_DEADLINE_MS, true);
  }

  checkAddress(ip: string, asn?: number): Promise<Answer<CheckResult | null>> {
    return this.#ask(() => this.#enforcement().check(ip, asn), BACKGROUND_DEADLINE_MS, true);
  }

  enforce(operator: string): Promise<Answer<CycleResult>> {
    return this.#ask(() => this.#enforcement().enforce(operator), CYCLE_DEADLINE_MS, false);
  }

  testLogic(): Promise<Answer<readonly LogicTest[]>> {
    return this.#ask(() => this.#enforcement().testLogic(), BACKGROUND_DEADLINE_MS, true);
  }

  testConnection(): Promise<Answer<ConnectionTest>> {
    return this.#ask(() => this.#enforcement().testConnection(), BACKGROUND_DEADLINE_MS, true);
  }

  enforcementPlan(): Promise<Answer<Plan | null>> {
    return this.#ask(() => this.#enforcement().plan(), BACKGROUND_DEADLINE_MS, true);
  }

  approvePlan(hash: string, operator: string): Promise<Answer<Approval>> {
    return this.#ask(() => this.#enforcement().approve(hash, operator), CYCLE_DEADLINE_MS, false);
  }

  enforcementRuns(limit: number): Promise<Answer<readonly RunRecord[]>> {
    return this.#ask(() => this.#enforcement().runs(limit), BACKGROUND_DEADLINE_MS, true);
  }

  killSwitch(on: boolean, operator: string): Promise<Answer<EnforcementStatus>> {
    return this.#ask(() => this.#enforcement().killSwitch(on, operator), CYCLE_DEADLINE_MS, false);
  }

  #enforcement() {
    return this.#env.ENFORCEMENT.getByName(SINGLETON);
  }

  // ---- threat intelligence

  intelligence(): Promise<Answer<IntelligenceStatus>> {
    return this.#ask(() => this.#env.INTELLIGENCE_COLLECTOR.status(), BACKGROUND_DEADLINE_MS, true);
  }

  threats(query: ThreatQuery): Promise<Answer<ThreatPage>> {
    return this.#ask(() => this.#env.INTELLIGENCE_COLLECTOR.threats(query), BACKGROUND_DEADLINE_MS, true);
  }

  lookUpThreat(ip: string): Promise<Answer<ThreatLookup | null>> {
    return this.#ask(() => this.#env.INTELLIGENCE_COLLECTOR.lookup(ip), BACKGROUND_DEADLINE_MS, true);
  }

  collectFeeds(ids: readonly string[] | undefined, accept: boolean): Promise<Answer<IntelligenceStatus>> {
    return this.#ask(() => this.#env.INTELLIGENCE_COLLECTOR.collect(ids, accept), COLLECT_DEADLINE_MS, false);
  }

  addSource(settings: SourceSettings): Promise<Answer<SourceResult>> {
    return this.#ask(() => this.#env.INTELLIGENCE_COLLECTOR.addSource(settings), BACKGROUND_DEADLINE_MS, false);
  }

  changeSource(id: string, change: SourceChange): Promise<Answer<SourceResult>> {
    return this.#ask(() => this.#env.INTELLIGENCE_COLLECTOR.changeSource(id, change), BACKGROUND_DEADLINE_MS, true);
  }

  removeSource(id: string): Promise<Answer<Removal>> {
    return this.#ask(() => this.#env.INTELLIGENCE_COLLECTOR.removeSource(id), BACKGROUND_DEADLINE_MS, false);
  }

  allowlist(): Promise<Answer<readonly AllowEntry[]>> {
    return this.#ask(() => this.#env.INTELLIGENCE_COLLECTOR.allowlist(), BACKGROUND_DEADLINE_MS, true);
  }

  allow(range: string, note: string): Promise<Answer<AllowResult>> {
    return this.#ask(() => this.#env.INTELLIGENCE_COLLECTOR.allow(range, note), BACKGROUND_DEADLINE_MS, true);
  }

  disallow(range: string): Promise<Answer<Removal>> {
    return this.#ask(() => this.#env.INTELLIGENCE_COLLECTOR.disallow(range), BACKGROUND_DEADLINE_MS, false);
  }

  // ----

  keys(): Promise<Answer<readonly ApiKey[]>> {
    return this.#ask(() => this.#registry().keys(), DOOR_DEADLINE_MS, true);
  }

  createKey(key: NewApiKey): Promise<Answer<KeyResult>> {
    return this.#ask(() => this.#registry().createKey(key), BACKGROUND_DEADLINE_MS, false);
  }

  revokeKey(id: string): Promise<Answer<KeyRevocation | null>> {
    return this.#ask(() => this.#registry().revokeKey(id), BACKGROUND_DEADLINE_MS, false);
  }

  keyUsed(id: string, at: number): Promise<Answer<void>> {
    return this.#ask(() => this.#registry().keyUsed(id, at), BACKGROUND_DEADLINE_MS, true);
  }

  /** A note that arrives twice is kept once. */
  record(notes: readonly AuditNote[]): Promise<Answer<void>> {
    return this.#ask(() => this.#registry().record(notes), DOOR_DEADLINE_MS, true);
  }

  audit(limit: number, before?: number): Promise<Answer<readonly AuditEntry[]>> {
    return this.#ask(() => this.#registry().audit(limit, before), BACKGROUND_DEADLINE_MS, true);
  }

  verifyAudit(): Promise<Answer<AuditCheck>> {
    return this.#ask(() => this.#registry().verifyAudit(), BACKGROUND_DEADLINE_MS, true);
  }

  #registry() {
    return this.#env.REGISTRY.getByName(SINGLETON);
  }

  #bus() {
    return this.#env.THREAT_BUS.getByName(SINGLETON);
  }

  /**
   * Calls, retries once if that is harmless and the platform says it may help, and gives up at the deadline. An overloaded
   * actor is left alone: more calls are what it suffers from (Cloudflare, "Durable Objects: error handling").
   */
  async #ask<T>(call: () => Promise<T>, deadlineMs: number, idempotent: boolean): Promise<Answer<T>> {
    const answer = await withDeadline(attempt(call, idempotent), deadlineMs);
    if (answer.ok) this.#hear(answer.value);
    return answer;
  }

  #hear(reply: unknown): void {
    if (typeof reply === 'object' && reply !== null && 'seq' in reply && typeof reply.seq === 'number')
      this.#heard(reply.seq);
  }
}

function withDeadline<T>(answer: Promise<Answer<T>>, ms: number): Promise<Answer<T>> {
  return beforeDeadline<Answer<T>, Answer<T>>(answer, ms, () => {
    return { ok: false, failure: 'deadline', cause: `no answer within ${ms} ms` };
  });
}

async function attempt<T>(call: () => Promise<T>, idempotent: boolean): Promise<Answer<T>> {
  try {
    return { ok: true, value: await call() };
  } catch (error) {
    if (isFlagged(error, 'overloaded')) return { ok: false, failure: 'overloaded', cause: error };
    if (idempotent && isFlagged(error, 'retryable')) return attempt(call, false);
    return { ok: false, failure: 'error', cause: error };
  }
}

/** The platform marks its own errors with booleans. */
function isFlagged(error: unknown, flag: 'overloaded' | 'retryable'): boolean {
  return typeof error === 'object' && error !== null && Reflect.get(error, flag) === true;
}
