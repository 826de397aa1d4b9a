import { parseModel } from '../../../model/schema.ts';
import { parseBlocklist } from '../../edge/reputation/blocklist.ts';
import { clientKey, namesOneClient } from '../../edge/reputation/client-key.ts';
import { DEFAULT_RULESET, rulesetHashes } from '../../edge/ruleset-names.ts';
import { parsePreparedRuleset } from '../../edge/waf/prepared-ruleset.ts';
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
import { noteRelease } from './audit-chain.ts';
import { AUDIT_MIGRATION, AuditLog } from './audit-log.ts';
import { BlockDesk } from './block-desk.ts';
import { BLOCK_MIGRATION, BlockStore } from './block-store.ts';
import { bundledRelease, bundledRuleset } from '../../edge/bundled.ts';
import { compareReleases } from './compare-releases.ts';
import { type Gathered, Gatherer } from './gatherer.ts';
import { hashBytes } from './hash.ts';
import { Herald } from './herald.ts';
import { KEY_MIGRATION, KeyStore } from './key-store.ts';
import { KV_MIGRATION, KvAdoption } from './kv-adoption.ts';
import { isCopied, KvCopies, THREATS_PACE } from './kv-copies.ts';
import { MEMBER_MIGRATION, MemberStore } from './member-store.ts';
import { Neighbours } from './neighbours.ts';
import { PublishQuota } from './publish-quota.ts';
import { readParts, readRelease, type ReleaseParts } from './read-release.ts';
import { RELEASE_MIGRATION, ReleaseStore, RULESET_MIGRATION, signRelease, type NewRelease } from './release-store.ts';
import { refuseRuleset } from './ruleset-slots.ts';
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

/** The only author of threats. */
const ENFORCEMENT = 'enforcement';
const THREATS_ARE_MADE = 'threats are released by the enforcement engine';

/** Holds every release, says which are in force, and tells those who want to know. */
export class Registry extends Actor implements RegistryRpc {
  readonly #releases: ReleaseStore;
  readonly #blocks: BlockStore;
  readonly #blockDesk: BlockDesk;
  readonly #watched: WatchStore;
  readonly #members: MemberStore;
  readonly #keys: KeyStore;
  readonly #audit: AuditLog;
  readonly #adoption: KvAdoption;
  readonly #copies: KvCopies;
  readonly #neighbours: Neighbours;
  readonly #herald: Herald;
  readonly #gatherer: Gatherer;
  readonly #quota = new PublishQuota();
  #awake = false;
  /** Rulesets and models in force, by hash, of which it was seen that this version can load them. */
  readonly #looked = new Set<string>();
  /** Releases are made one after the other: hashing awaits, and an older list must not overtake a newer one. */
  #turn: Promise<unknown> = Promise.resolve();

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
    this.#gatherer = new Gatherer((kind) => this.#releaseLater(kind));
    this.#blockDesk = new BlockDesk(this.#blocks, {
      release: (author, note) => this.#inTurn(() => this.#release('blocklist', author, note)),
      releaseSoon: () => this.#gatherer.soon('blocklist'),
      notice: (reason) => this.#notice(reason),
      seq: () => this.#releases.head.seq,
    });
    const wake = [() => this.env.INTELLIGENCE_COLLECTOR.wake(), () => this.env.ENFORCEMENT.getByName(SINGLETON).wake()];
    this.#neighbours = new Neighbours(wake, this.logFault);
    this.alarms.handle('neighbours', () => this.#wakeNeighbours());
    this.alarms.handle('housekeeping', () => this.#keepHouse());
    this.#copies = new KvCopies(() => this.env.WAF_RULES, this.#releases, this.alarms, this.logFault);
    this.alarms.handle('kv', (hash) => this.#copies.write(hash));
    // Its being there is all.
    this.alarms.handle(THREATS_PACE, () => {});
    this.alarms.handle('revoked', (id) => this.env.THREAT_BUS.getByName(SINGLETON).endListeners(id));
  }

  head(): Promise<Head> {
    return this.#serve('head', () => this.#releases.head);
  }

  body(hash: string): Promise<string | null> {
    return this.#serve('body', () => this.#readBody(hash));
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
    return this.#serve('publish', () => {
      if (request.kind === 'watchlist') return refuse('the watchlist is made by the registry itself', 'kind');
      const isThreats = request.kind === 'threats';
      if (isThreats && request.author !== ENFORCEMENT) return refuse(THREATS_ARE_MADE, 'kind');
      // The engine paces itself, and must get through when people have used up their tries.
      if (!isThreats && !this.#quota.take(Date.now()))
        return refuse('too many releases in a short time; try again in a minute');
      return this.#inTurn(() => this.#publish(request));
    });
  }

  rollback(seq: number, author: string): Promise<PublishResult> {
    return this.#serve('rollback', () => {
      if (!this.#quota.take(Date.now())) return refuse('too many releases in a short time; try again in a minute');
      const release = this.#releases.release(seq);
      if (release?.hash === '')
        return refuse(`release ${seq} removed a ruleset: there is nothing to go back to`, 'seq');
      const body = release === null ? null : this.#readBody(release.hash);
      if (release === null || body === null) return refuse(`no release ${seq} is kept`, 'seq');
      if (release.kind === 'watchlist') return refuse('the watchlist is made by the registry itself', 'seq');
      if (release.kind === 'threats') return refuse(THREATS_ARE_MADE, 'seq');
      const { kind, ruleset } = release;
      const note = `back to release ${seq}`;
      const request = { kind, body, author, note, ...(ruleset !== undefined && { ruleset }) };
      return this.#inTurn(() => this.#publish(request, this.#releases.head.seq));
    });
  }

  removeRuleset(name: string, author: string): Promise<RulesetRemoval> {
    return this.#serve('removeRuleset', () =>
      this.#inTurn(async () => {
        const before = rulesetHashes(this.#releases.head).get(name);
        const removed = before !== undefined;
        if (removed) {
          const note = bundledRuleset(name) === undefined ? 'removed' : 'removed: the bundled one is in force again';
          this.#add(signRelease('ruleset', '', Date.now(), { author, note, ruleset: name }), new Uint8Array(0));
          this.#notice(`ruleset ${name} ${note}, by ${author}`);
        }
        return { removed, seq: this.#releases.head.seq, ...(removed && { before }) };
      }),
    );
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

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #publish(request: PublishRequest, rolledBackFrom?: number): Promise<PublishResult> {
    const { kind, dryRun = false } = request;
    const read = await readRelease(kind, request.body, pause);
    if (!read.ok) return read;
    const { parts, body, counts } = read.value;
    const bytes = new TextEncoder().encode(body);
    const ruleset = kind === 'ruleset' ? (request.ruleset ?? read.value.name) : undefined;
    const { head } = this.#releases;
    const unfit = ruleset === undefined ? null : refuseRuleset(ruleset, bytes.length, this.#rulesetSizes());
    if (unfit !== null) return refuse(unfit.message, unfit.path);
    const hash = await hashBytes(bytes);
    const named = ruleset !== undefined && { ruleset };
    const changes = compareReleases(this.#partsInForce(kind, ruleset), parts);
    const inForce = ruleset === undefined ? head.hashes[kind] : rulesetHashes(head).get(ruleset);
    const changed = inForce !== hash;
    const known = { ...named, ...(counts && { counts }), ...(inForce !== undefined && { before: inForce }) };
    const result = { ok: true, hash, changed, changes, ...known } as const;
    if (!changed || dryRun) return { ...result, seq: head.seq };
    const signed = signRelease(kind, hash, Date.now(), { ...request, ...named });
    const { seq } = this.#add(rolledBackFrom === undefined ? signed : { ...signed, rolledBackFrom }, bytes);
    if (kind === 'blocklist') this.#replaceBlocks(body);
    const what = ruleset === undefined ? kind : `ruleset ${ruleset}`;
    this.#notice(`${what} release ${seq} by ${signed.author}${signed.note === '' ? '' : `: ${signed.note}`}`);
    if (isCopied(kind)) this.ctx.waitUntil(this.#copies.copy(kind, hash, Date.now()));
    // What is not asked for by a call of the control plane, which notes who it was.
    const { author, note } = signed;
    if (author === 'kv' || author === 'registry')
      await this.#audit.append([
        noteRelease({ id: crypto.randomUUID(), at: Date.now(), author, what, note }, inForce, hash),
      ]);
    return { ...result, seq };
  }

  /** Bytes of the released rulesets in force, by name. */
  #rulesetSizes(): ReadonlyMap<string, number> {
    return new Map([...rulesetHashes(this.#releases.head)].map(([name, hash]) => [name, this.#releases.size(hash)]));
  }

  /** Makes what was gathered into a release, if it differs from the one in force. */
  async #release(kind: Gathered, author: string, note: string): Promise<void> {
    this.#gatherer.begin(kind);
    const body = kind === 'watchlist' ? this.#watched.body() : JSON.stringify({ entries: this.#blocks.list() });
    const inForce = this.#releases.head.hashes[kind];
    if (inForce === undefined && body === JSON.stringify(bundledRelease(kind, this.env))) return;
    const bytes = new TextEncoder().encode(body);
    const hash = await hashBytes(bytes);
    if (hash === inForce) return;
    this.#add(signRelease(kind, hash, Date.now(), { author, note }), bytes);
    this.#gatherer.released(kind, bytes.length, Date.now());
  }

  #releaseLater(kind: Gathered): void {
    const released = this.#inTurn(() => this.#release(kind, 'registry', ''));
    this.ctx.waitUntil(
      released.catch((error: unknown) => {
        this.#gatherer.failed(kind);
        this.logFault(`release ${kind}`, error);
      }),
    );
  }

  #add(release: NewRelease, bytes: Uint8Array): Head {
    const head = this.#releases.add(release, bytes);
    this.ctx.waitUntil(this.#herald.announce(head));
    return head;
  }

  #partsInForce(kind: ReleaseKind, ruleset: string | undefined): ReleaseParts {
    const { head } = this.#releases;
    const hash = ruleset === undefined ? head.hashes[kind] : rulesetHashes(head).get(ruleset);
    const body = hash === undefined ? null : this.#readBody(hash);
    const data: unknown = body === null ? this.#bundled(kind, ruleset) : JSON.parse(body);
    const parts = data === undefined ? null : readParts(kind, data);
    return parts?.ok === true ? parts.value : new Map();
  }

  #bundled(kind: ReleaseKind, ruleset: string | undefined): unknown {
    return kind === 'ruleset' ? bundledRuleset(ruleset ?? DEFAULT_RULESET) : bundledRelease(kind, this.env);
  }

  #replaceBlocks(body: string): void {
    const parsed = parseBlocklist(JSON.parse(body));
    if (parsed.ok) this.#blocks.replace(parsed.value.entries);
    this.#gatherer.begin('blocklist');
  }

  #readBody(hash: string): string | null {
    const bytes = this.#releases.body(hash);
    return bytes === null ? null : new TextDecoder().decode(bytes);
  }

  #notice(reason: string): void {
    this.#tell('notice', reason);
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
    for (const kind of this.#gatherer.leftOver()) await this.#inTurn(() => this.#release(kind, 'registry', ''));
    await this.#prepareAnew();
    await this.#replaceModel();
    await this.#adoption.run(
      rulesetHashes(this.#releases.head).keys(),
      ({ kind, key, ...named }, body) =>
        this.#inTurn(() => this.#publish({ kind, ...named, body, author: 'kv', note: `KV key ${key}` })),
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

  /** A ruleset that another version of the shield prepared is released anew: isolates of this version could not load it. */
  async #prepareAnew(): Promise<void> {
    for (const [ruleset, hash] of rulesetHashes(this.#releases.head)) {
      if (this.#looked.has(hash)) continue;
      const body = this.#readBody(hash);
      if (body !== null && !parsePreparedRuleset(JSON.parse(body)).ok) {
        const author = { author: 'registry', note: 'prepared for this version' };
        const result = await this.#inTurn(() => this.#publish({ kind: 'ruleset', ruleset, body, ...author }));
        if (!result.ok)
          this.#tell('error', `ruleset ${ruleset} cannot be prepared: ${result.problems[0]?.message ?? ''}`);
      }
      this.#looked.add(hash);
    }
  }

  /** A model that was trained for another version's inputs: isolates could load nothing of a head that names it. */
  async #replaceModel(): Promise<void> {
    const hash = this.#releases.head.hashes.model;
    if (hash === undefined || this.#looked.has(hash)) return;
    const body = this.#readBody(hash);
    if (body !== null && !parseModel(JSON.parse(body)).ok) {
      const bundled = JSON.stringify(bundledRelease('model', this.env));
      const note = 'the model in force was trained for another version: the bundled one takes its place';
      const result = await this.#inTurn(() =>
        this.#publish({ kind: 'model', body: bundled, author: 'registry', note }),
      );
      if (!result.ok)
        this.#tell('error', `the model in force cannot be replaced: ${result.problems[0]?.message ?? ''}`);
    }
    this.#looked.add(hash);
  }
}

/** Lets whoever waits for this thread have it: the guardians of the same isolate, and their visitors. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

function refuse(message: string, path = ''): { readonly ok: false; readonly problems: readonly Problem[] } {
  return { ok: false, problems: [{ path, message }] };
}
