import { clientKey, namesOneClient } from '../../edge/reputation/client-key.ts';
import { rulesetHashes } from '../../edge/ruleset-names.ts';
import { type Env, SINGLETON } from '../../env.ts';
import type { Problem } from '../../parse.ts';
import { Actor } from '../actor.ts';
import type {
  ApiKey,
  AuditCheck,
  AuditEntry,
  AuditNote,
  BlockChange,
  BlockEntry,
  BlockRemoval,
  BlockRequest,
  BlockResult,
  Head,
  KeyResult,
  KeyRevocation,
  Member,
  NewApiKey,
  PrepareResult,
  PublishRequest,
  PublishResult,
  RegistryRpc,
  ReleaseKind,
  ReleaseRecord,
  RulesetRemoval,
  SeqHint,
} from '../contracts.ts';
import { AUDIT_MIGRATION, AuditLog } from './audit-log.ts';
import { BlockDesk } from './block-desk.ts';
import { BLOCK_MIGRATION, BlockStore } from './block-store.ts';
import { Gatherer } from './gatherer.ts';
import { Herald } from './herald.ts';
import { KEY_MIGRATION, KeyStore } from './key-store.ts';
import { KV_MIGRATION, KvAdoption } from './kv-adoption.ts';
import { KvCopies, THREATS_PACE } from './kv-copies.ts';
import { MEMBER_MIGRATION, MemberStore } from './member-store.ts';
import { Neighbours } from './neighbours.ts';
import { readRelease } from './read-release.ts';
import { pause, ReleaseDesk } from './release-desk.ts';
import { RELEASE_MIGRATION, ReleaseStore, RULESET_MIGRATION } from './release-store.ts';
import { Renewal } from './renewal.ts';
import { WATCH_MIGRATION, WatchStore } from './watch-store.ts';

const MIGRATIONS = [
  RELEASE_MIGRATION + BLOCK_MIGRATION + WATCH_MIGRATION + MEMBER_MIGRATION + KV_MIGRATION,
  RULESET_MIGRATION,
  KEY_MIGRATION + AUDIT_MIGRATION,
];

/** How often the KV namespace is looked at: an operator waits for it, and KV itself takes up to a minute to spread. */
const HOUSEKEEPING_MS = 30_000;
/** The registry sleeps between two rounds of housekeeping, so once per life would be every 30 s: two calls an hour are all it takes. */
const NEIGHBOURS_MS = 60 * 60_000;
const HISTORY_PAGE = 200;
const AUDIT_PAGE = 500;

/** Holds every release, says which are in force, and tells those who want to know. */
export class Registry extends Actor implements RegistryRpc {
  readonly #releases: ReleaseStore;
  readonly #blocks: BlockStore;
  readonly #blockDesk: BlockDesk;
  readonly #releaseDesk: ReleaseDesk;
  readonly #renewal: Renewal;
  readonly #watched: WatchStore;
  readonly #members: MemberStore;
  readonly #keys: KeyStore;
  readonly #audit: AuditLog;
  readonly #adoption: KvAdoption;
  readonly #copies: KvCopies;
  readonly #neighbours: Neighbours;
  readonly #herald: Herald;
  readonly #gatherer: Gatherer;
  #awake = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, MIGRATIONS);
    this.#releases = new ReleaseStore(this.db);
    this.#blocks = new BlockStore(this.db);
    this.#watched = new WatchStore(this.db);
    this.#members = new MemberStore(this.db);
    this.#keys = new KeyStore(this.db);
    this.#audit = new AuditLog(this.db);
    this.#adoption = new KvAdoption(this.db, env.WAF_RULES);
    this.#herald = new Herald(env, this.#members, this.logFault);
    this.#gatherer = new Gatherer((kind) => this.#releaseDesk.releaseLater(kind));
    this.#copies = new KvCopies(() => this.env.WAF_RULES, this.#releases, this.alarms, this.logFault);
    this.#releaseDesk = new ReleaseDesk({
      env,
      releases: this.#releases,
      blocks: this.#blocks,
      watched: this.#watched,
      gatherer: this.#gatherer,
      audit: this.#audit,
      copies: this.#copies,
      herald: this.#herald,
      notice: (reason) => this.#tell('notice', reason),
      later: (work) => ctx.waitUntil(work),
      report: this.logFault,
    });
    this.#renewal = new Renewal(env, this.#releases, this.#releaseDesk, (reason) => this.#tell('error', reason));
    this.#blockDesk = new BlockDesk(this.#blocks, {
      release: (author, note) => this.#releaseDesk.release('blocklist', author, note),
      releaseSoon: () => this.#gatherer.soon('blocklist'),
      notice: (reason) => this.#tell('notice', reason),
      seq: () => this.#releases.head.seq,
    });
    const wake = [() => this.env.INTELLIGENCE_COLLECTOR.wake(), () => this.env.ENFORCEMENT.getByName(SINGLETON).wake()];
    this.#neighbours = new Neighbours(wake, this.logFault);
    this.alarms.handle('neighbours', () => this.#wakeNeighbours());
    this.alarms.handle('housekeeping', () => this.#keepHouse());
    this.alarms.handle('kv', (hash) => this.#copies.write(hash));
    // Its being there is all.
    this.alarms.handle(THREATS_PACE, () => {});
    this.alarms.handle('revoked', (id) => this.env.THREAT_BUS.getByName(SINGLETON).endListeners(id));
  }

  head(): Promise<Head> {
    return this.#serve('head', () => this.#releases.head);
  }

  body(hash: string): Promise<string | null> {
    return this.#serve('body', () => this.#releaseDesk.body(hash));
  }

  history(kind: ReleaseKind | null, limit: number): Promise<readonly ReleaseRecord[]> {
    const rows = Math.min(Math.max(Math.floor(limit) || 1, 1), HISTORY_PAGE);
    return this.#serve('history', () => this.#releases.history(kind, rows));
  }

  prepare(ruleset: string): Promise<PrepareResult> {
    return this.#serve('prepare', async (): Promise<PrepareResult> => {
      const read = await readRelease('ruleset', ruleset, pause);
      return read.ok ? { ok: true, body: read.value.body } : read;
    });
  }

  publish(request: PublishRequest): Promise<PublishResult> {
    return this.#serve('publish', () => this.#releaseDesk.publish(request));
  }

  rollback(seq: number, author: string): Promise<PublishResult> {
    return this.#serve('rollback', () => this.#releaseDesk.rollback(seq, author));
  }

  removeRuleset(name: string, author: string): Promise<RulesetRemoval> {
    return this.#serve('removeRuleset', () => this.#releaseDesk.removeRuleset(name, author));
  }

  join(member: Member): Promise<Head> {
    return this.#serve('join', () => {
      this.#members.add(member, Date.now());
      return this.#releases.head;
    });
  }

  watch(client: string): Promise<SeqHint> {
    return this.#serve('watch', () => {
      const canonical = namesOneClient(client) && clientKey(client.replace(/\/64$/, '')) === client;
      if (canonical && this.#watched.add(client)) this.#gatherer.soon('watchlist');
      return { seq: this.#releases.head.seq };
    });
  }

  unwatch(client: string): Promise<SeqHint> {
    return this.#serve('unwatch', () => {
      if (this.#watched.remove(client)) this.#gatherer.soon('watchlist');
      return { seq: this.#releases.head.seq };
    });
  }

  block(request: BlockRequest): Promise<BlockResult> {
    return this.#serve('block', () => this.#blockDesk.block(request, Date.now()));
  }

  changeBlock(range: string, wish: BlockChange, author: string): Promise<BlockResult | null> {
    return this.#serve('changeBlock', () => this.#blockDesk.change(range, wish, author, Date.now()));
  }

  unblock(range: string, author: string): Promise<BlockRemoval> {
    return this.#serve('unblock', () => this.#blockDesk.unblock(range, author));
  }

  blocklist(): Promise<readonly BlockEntry[]> {
    return this.#serve('blocklist', () => this.#blockDesk.inForce(Date.now()));
  }

  keys(): Promise<readonly ApiKey[]> {
    return this.#serve('keys', () => this.#keys.list());
  }

  createKey(key: NewApiKey): Promise<KeyResult> {
    return this.#serve('createKey', (): KeyResult => {
      const created = this.#keys.create(key, Date.now());
      return 'message' in created ? refuse(created.message, created.path) : { ok: true, key: created };
    });
  }

  revokeKey(id: string): Promise<KeyRevocation | null> {
    return this.#serve('revokeKey', async () => {
      const revocation = this.#keys.revoke(id, Date.now());
      // A job, for what the key listens to must end even if the bus does not answer now.
      if (revocation?.changed === true) await this.alarms.schedule(`revoked:${id}`, Date.now());
      return revocation;
    });
  }

  keyUsed(id: string, at: number): Promise<void> {
    return this.#serve('keyUsed', () => this.#keys.used(id, at));
  }

  record(notes: readonly AuditNote[]): Promise<void> {
    return this.#serve('record', () => this.#audit.append(notes));
  }

  audit(limit: number, before?: number): Promise<readonly AuditEntry[]> {
    const rows = Math.min(Math.max(Math.floor(limit) || 1, 1), AUDIT_PAGE);
    return this.#serve('audit', () => this.#audit.list(rows, before));
  }

  verifyAudit(): Promise<AuditCheck> {
    return this.#serve('verifyAudit', () => this.#audit.verify());
  }

  /** Every call starts the housekeeping, should it not be running: nobody else would. */
  #serve<T>(during: string, work: () => T | Promise<T>): Promise<T> {
    return this.answer(during, async () => {
      if (!this.#awake) {
        this.#awake = true;
        if (this.alarms.when('housekeeping') === null) {
          await this.alarms.schedule('housekeeping', Date.now() + HOUSEKEEPING_MS);
        }
      }
      return work();
    });
  }

  #tell(outcome: 'notice' | 'error', reason: string): void {
    const { seq } = this.#releases.head;
    const event = { id: crypto.randomUUID(), kind: 'system', at: Date.now(), outcome, reason, seq } as const;
    this.ctx.waitUntil(this.#herald.tell(event));
  }

  /** Drops blocks that are over, releases what an earlier instance left, adopts what lies in KV. Repeating it changes nothing. */
  async #keepHouse(): Promise<void> {
    await this.alarms.schedule('housekeeping', Date.now() + HOUSEKEEPING_MS);
    if (this.alarms.when('neighbours') === null) await this.alarms.schedule('neighbours', Date.now());
    if (this.#blocks.prune(Date.now()) > 0) this.#gatherer.soon('blocklist');
    for (const kind of this.#gatherer.leftOver()) await this.#releaseDesk.release(kind, 'registry', '');
    await this.#renewal.run();
    await this.#adoption.run(
      rulesetHashes(this.#releases.head).keys(),
      ({ kind, key, ...named }, body) =>
        this.#releaseDesk.publishOwn({ kind, ...named, body, author: 'kv', note: `KV key ${key}` }),
      (key, problems) => {
        const told = problems.slice(0, 3).map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
        this.#tell('error', `refused the value of KV key ${key}: ${told.join('; ')}`);
      },
    );
  }

  /** Not waited for: housekeeping must not hang on them. */
  async #wakeNeighbours(): Promise<void> {
    this.ctx.waitUntil(this.#neighbours.wake());
    await this.alarms.schedule('neighbours', Date.now() + NEIGHBOURS_MS);
  }
}

function refuse(message: string, path = ''): { readonly ok: false; readonly problems: readonly Problem[] } {
  return { ok: false, problems: [{ path, message }] };
}
