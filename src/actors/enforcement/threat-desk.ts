import { parsePolicy, responseRules } from '../../edge/policy.ts';
import { DEFAULT_RESPONSE, type ResponseRules } from '../../edge/reputation/graduated-response.ts';
import { ALLOW_LIMIT, writeThreats } from '../../edge/reputation/threat-release.ts';
import { type Env, SINGLETON } from '../../env.ts';
import type { Database } from '../database.ts';
import type { AllowEntry, IntelligenceStatus, RegistryRpc, ThreatTable } from '../contracts.ts';
import type { BlobStore } from './blob-store.ts';
import { chooseThreats, type Intelligence } from './choose-threats.ts';
import type { FactStore } from './facts.ts';
import { scoreOf, sourcesOf, topRows } from './find-address.ts';
import { countTiers, emptyJudgement, type JudgedThreats, judgeThreats } from './judge-threats.ts';
import type { Notices } from './notices.ts';
import { packJudgement, unpackJudgement } from './pack-judgement.ts';
import { textAt } from './range-columns.ts';
import { readMode } from './settings.ts';
import { findTurns, tellBlocked, tellTurn, THREATS_TOLD } from './webhook-message.ts';
import { takeReply, withDeadline } from './with-deadline.ts';

/** Where the judgement in force lies. */
const JUDGEMENT = 'judgement';
/** A table of 120,000 rows comes in well under a second; a collector that takes longer is as good as down. */
const ANSWER_MS = 15_000;

/** Asks for threats, judges them, keeps the judgement and releases it to the edge. */
export class ThreatDesk {
  readonly #env: Env;
  readonly #db: Database;
  readonly #blobs: BlobStore;
  readonly #facts: FactStore;
  readonly #notices: Notices;
  readonly #report: (during: string, error: unknown) => string;
  #judgement: JudgedThreats | null | undefined;
  /** The release of threats in force, by the registry's last word; undefined before it. */
  #inForce: string | null | undefined;

  constructor(
    env: Env,
    db: Database,
    blobs: BlobStore,
    facts: FactStore,
    notices: Notices,
    report: (during: string, error: unknown) => string,
  ) {
    this.#env = env;
    this.#db = db;
    this.#blobs = blobs;
    this.#facts = facts;
    this.#notices = notices;
    this.#report = report;
  }

  /** The judgement in force, or null before the first. */
  get judgement(): JudgedThreats | null {
    if (this.#judgement === undefined) {
      const bytes = this.#blobs.read(JUDGEMENT);
      this.#judgement = bytes === null ? null : unpackJudgement(bytes);
    }
    return this.#judgement;
  }

  /** The policy's rules now in force; those of the last judgement when the registry does not answer. */
  async readRules(): Promise<ResponseRules> {
    try {
      const rules = await withDeadline(this.#askRules(), ANSWER_MS);
      this.#facts.set('rules', rules);
      return rules;
    } catch (error) {
      this.#report('read the policy', error);
      return this.rules;
    }
  }

  get rules(): ResponseRules {
    return this.#facts.get('rules') ?? DEFAULT_RESPONSE;
  }

  /** Judges all threats anew. What changed is stored together with the webhooks that tell of it. `run`: its id. */
  async judge(run: string): Promise<JudgedThreats> {
    const before = this.judgement;
    const [rules, intelligence] = await Promise.all([this.readRules(), this.#ask(before)]);
    const now = Date.now();
    const { table, origin } = chooseThreats(intelligence.answer, before, this.#facts.get('liveAt') ?? 0, now);
    const { judgement, changed, newBlocks } = judgeThreats(table, origin, before, rules, now);
    const quiet = readMode(this.#env) === 'off' || this.#facts.get('killSwitch') === true;
    this.#db.transaction(() => {
      if (origin === 'live') this.#facts.set('liveAt', now);
      if (intelligence.status !== null) this.#tellTurns(intelligence.status, now);
      if (!changed) return;
      this.#blobs.write(JUDGEMENT, packJudgement(judgement));
      if (newBlocks.length === 0 || quiet) return;
      const top = topRows(judgement, newBlocks, THREATS_TOLD).map((row) => ({
        ip: textAt(judgement, row),
        score: scoreOf(judgement, row),
        sources: sourcesOf(judgement, row),
      }));
      this.#notices.queue(tellBlocked(now, run, origin, newBlocks.length, top), now);
    });
    this.#judgement = judgement;
    if (before !== null && before.origin !== origin) {
      await this.#notices.tell(origin === 'live' ? 'notice' : 'error', `threats in force: ${origin}`);
    }
    return judgement;
  }

  /** Gives the edge the judgement in force, or with enforcement off nothing, unless it has just that. Throws when the registry does not take it. */
  async release(): Promise<void> {
    const silent = () => readMode(this.#env) === 'off' || this.#facts.get('killSwitch') === true;
    const wasSilent = silent();
    const threats = (wasSilent ? null : this.judgement) ?? emptyJudgement(0);
    const released = this.#facts.get('released');
    // Nothing was ever released, and nothing is to be: the bundled release is empty too.
    if (released === null && threats.high.length === 0 && threats.allow.length === 0) return;
    const has = released !== null && released.at === threats.at && released.origin === threats.origin;
    // A registry that has lost it, or has been taken back to another one, is given it again.
    if (has && (this.#inForce === undefined || this.#inForce === released.hash)) return;
    const result = await withDeadline(
      this.#registry().publish({
        kind: 'threats',
        body: writeThreats({ ...threats, allow: fitAllow(threats.allow) }),
        author: 'enforcement',
        note: `${threats.high.length} threats, ${threats.origin}`,
      }),
      ANSWER_MS,
    );
    if (!result.ok) throw new Error(`the registry refused the threats: ${result.problems[0]?.message ?? ''}`);
    const { at, origin } = threats;
    this.#inForce = result.hash;
    this.#facts.set('released', { at, origin, hash: result.hash, counts: countTiers(threats) });
    // The kill switch was thrown meanwhile.
    if (silent() !== wasSilent) await this.release();
  }

  /** Null: the collector did not answer. */
  async #ask(before: JudgedThreats | null): Promise<{ answer: Intelligence; status: IntelligenceStatus | null }> {
    const collector = this.#env.INTELLIGENCE_COLLECTOR;
    const known = before !== null && (before.origin === 'live' || before.origin === 'cached') ? before.etag : null;
    try {
      const [table, status] = await Promise.all([
        takeReply(collector.table(known), ANSWER_MS),
        takeReply(collector.status(), ANSWER_MS),
      ]);
      return { answer: readAnswer(table, status, known), status };
    } catch (error) {
      this.#report('ask the collector', error);
      return { answer: { state: 'down', partial: null }, status: null };
    }
  }

  #tellTurns(status: IntelligenceStatus, now: number): void {
    const before = this.#facts.get('sources') ?? {};
    for (const turn of findTurns(before, status)) this.#notices.queue(tellTurn(now, turn), now);
    this.#facts.set('sources', Object.fromEntries(status.sources.map(({ id, health }) => [id, health])));
  }

  async #askRules(): Promise<ResponseRules> {
    const { hashes } = await this.#registry().head();
    this.#inForce = hashes.threats ?? null;
    const body = hashes.policy === undefined ? null : await this.#registry().body(hashes.policy);
    const policy = body === null ? null : parsePolicy(JSON.parse(body));
    return policy?.ok === true ? responseRules(policy.value) : DEFAULT_RESPONSE;
  }

  #registry(): RegistryRpc {
    return this.#env.REGISTRY.getByName(SINGLETON);
  }
}

function readAnswer(table: ThreatTable | null, status: IntelligenceStatus, known: string | null): Intelligence {
  if (status.state === 'down') return { state: 'down', partial: table };
  if (table !== null) return { state: 'table', table };
  return known === null ? { state: 'down', partial: null } : { state: 'unchanged' };
}

/** What a release takes. Published ranges of crawlers alone can be so many, and the threats were carved by all of them before. */
function fitAllow(allow: readonly AllowEntry[]): readonly AllowEntry[] {
  if (allow.length <= ALLOW_LIMIT) return allow;
  const own = allow.filter(({ origin }) => origin !== 'crawler');
  return [...own, ...allow.filter(({ origin }) => origin === 'crawler')].slice(0, ALLOW_LIMIT);
}
