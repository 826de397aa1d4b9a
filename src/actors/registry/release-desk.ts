import { bundledRelease, bundledRuleset } from '../../edge/bundled.ts';
import { parseBlocklist } from '../../edge/reputation/blocklist.ts';
import { DEFAULT_RULESET, rulesetHashes } from '../../edge/ruleset-names.ts';
import type { Env } from '../../env.ts';
import type { Problem } from '../../parse.ts';
import type { Head, PublishRequest, PublishResult, ReleaseKind, RulesetRemoval } from '../contracts.ts';
import { noteRelease } from './audit-chain.ts';
import type { AuditLog } from './audit-log.ts';
import type { BlockStore } from './block-store.ts';
import { compareReleases } from './compare-releases.ts';
import type { Gathered, Gatherer } from './gatherer.ts';
import { hashBytes } from './hash.ts';
import type { Herald } from './herald.ts';
import { isCopied, type KvCopies } from './kv-copies.ts';
import { PublishQuota } from './publish-quota.ts';
import { readParts, readRelease, type ReleaseParts } from './read-release.ts';
import { signRelease, type NewRelease, type ReleaseStore } from './release-store.ts';
import { refuseRuleset } from './ruleset-slots.ts';
import type { WatchStore } from './watch-store.ts';

/** The only author of threats. */
const ENFORCEMENT = 'enforcement';
const THREATS_ARE_MADE = 'threats are released by the enforcement engine';
const TOO_MANY = 'too many releases in a short time; try again in a minute';

/** What releases are made from, and who hears of them. */
export interface ReleaseDeskParts {
  readonly env: Env;
  readonly releases: ReleaseStore;
  readonly blocks: BlockStore;
  readonly watched: WatchStore;
  readonly gatherer: Gatherer;
  readonly audit: AuditLog;
  readonly copies: KvCopies;
  readonly herald: Herald;
  /** Tells dashboards. */
  readonly notice: (reason: string) => void;
  /** Work that goes on after the answer. */
  readonly later: (work: Promise<unknown>) => void;
  readonly report: (during: string, error: unknown) => string;
}

/** Makes releases, whoever asks for them: takes them in, compares them with what is in force, and puts them in its place. */
export class ReleaseDesk {
  readonly #parts: ReleaseDeskParts;
  readonly #quota = new PublishQuota();
  /** Releases are made one after the other: hashing awaits, and an older list must not overtake a newer one. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: ReleaseDeskParts) {
    this.#parts = parts;
  }

  /** A publish that a person or the enforcement engine asks for. */
  async publish(request: PublishRequest): Promise<PublishResult> {
    if (request.kind === 'watchlist') return refuse('the watchlist is made by the registry itself', 'kind');
    const isThreats = request.kind === 'threats';
    if (isThreats && request.author !== ENFORCEMENT) return refuse(THREATS_ARE_MADE, 'kind');
    // The engine paces itself, and must get through when people have used up their tries.
    if (!isThreats && !this.#quota.take(Date.now())) return refuse(TOO_MANY);
    return this.publishOwn(request);
  }

  /** A publish of the registry's own, of what KV holds or another version needs: nobody can press it. */
  publishOwn(request: PublishRequest): Promise<PublishResult> {
    return this.#inTurn(() => this.#publish(request));
  }

  async rollback(seq: number, author: string): Promise<PublishResult> {
    if (!this.#quota.take(Date.now())) return refuse(TOO_MANY);
    const { releases } = this.#parts;
    const release = releases.release(seq);
    if (release?.hash === '') return refuse(`release ${seq} removed a ruleset: there is nothing to go back to`, 'seq');
    const body = release === null ? null : this.body(release.hash);
    if (release === null || body === null) return refuse(`no release ${seq} is kept`, 'seq');
    if (release.kind === 'watchlist') return refuse('the watchlist is made by the registry itself', 'seq');
    if (release.kind === 'threats') return refuse(THREATS_ARE_MADE, 'seq');
    const { kind, ruleset } = release;
    const note = `back to release ${seq}`;
    const request = { kind, body, author, note, ...(ruleset !== undefined && { ruleset }) };
    return this.#inTurn(() => this.#publish(request, releases.head.seq));
  }

  removeRuleset(name: string, author: string): Promise<RulesetRemoval> {
    return this.#inTurn(async () => {
      const { releases, notice } = this.#parts;
      const before = rulesetHashes(releases.head).get(name);
      const removed = before !== undefined;
      if (removed) {
        const note = bundledRuleset(name) === undefined ? 'removed' : 'removed: the bundled one is in force again';
        this.#add(signRelease('ruleset', '', Date.now(), { author, note, ruleset: name }), new Uint8Array(0));
        notice(`ruleset ${name} ${note}, by ${author}`);
      }
      return { removed, seq: releases.head.seq, ...(removed && { before }) };
    });
  }

  /** Makes what was gathered into a release, if it differs from the one in force. */
  release(kind: Gathered, author: string, note: string): Promise<void> {
    return this.#inTurn(() => this.#release(kind, author, note));
  }

  /** The same when its time has come; what fails is gathered for the next time. */
  releaseLater(kind: Gathered): void {
    const { gatherer, later, report } = this.#parts;
    const released = this.release(kind, 'registry', '');
    later(
      released.catch((error: unknown) => {
        gatherer.failed(kind);
        report(`release ${kind}`, error);
      }),
    );
  }

  body(hash: string): string | null {
    const bytes = this.#parts.releases.body(hash);
    return bytes === null ? null : new TextDecoder().decode(bytes);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #publish(request: PublishRequest, rolledBackFrom?: number): Promise<PublishResult> {
    const { releases, copies, later, notice } = this.#parts;
    const { kind, dryRun = false } = request;
    const read = await readRelease(kind, request.body, pause);
    if (!read.ok) return read;
    const { parts, body, counts } = read.value;
    const bytes = new TextEncoder().encode(body);
    const ruleset = kind === 'ruleset' ? (request.ruleset ?? read.value.name) : undefined;
    const { head } = releases;
    const unfit = ruleset === undefined ? null : refuseRuleset(ruleset, bytes.length, this.#rulesetSizes());
    if (unfit !== null) return refuse(unfit.message, unfit.path);
    const hash = await hashBytes(bytes);
    const named = ruleset !== undefined && { ruleset };
    const changes = compareReleases(this.#partsInForce(kind, ruleset), parts);
    const inForce = ruleset === undefined ? head.hashes[kind] : rulesetHashes(head).get(ruleset);
    const changed = inForce !== hash;
    const known = { ...named, ...(counts && { counts }), ...(inForce !== undefined && { before: inForce }) };
    const result = { ok: true, kind, hash, changed, changes, ...known } as const;
    if (!changed || dryRun) return { ...result, seq: head.seq };
    const signed = signRelease(kind, hash, Date.now(), { ...request, ...named });
    const { seq } = this.#add(rolledBackFrom === undefined ? signed : { ...signed, rolledBackFrom }, bytes);
    if (kind === 'blocklist') this.#replaceBlocks(body);
    const what = ruleset === undefined ? kind : `ruleset ${ruleset}`;
    notice(`${what} release ${seq} by ${signed.author}${signed.note === '' ? '' : `: ${signed.note}`}`);
    if (isCopied(kind)) later(copies.copy(kind, hash, Date.now()));
    await this.#noteOwn(signed, what, inForce);
    return { ...result, seq };
  }

  /** What is not asked for by a call of the control plane, which notes who it was. */
  async #noteOwn({ author, note, hash }: NewRelease, what: string, before: string | undefined): Promise<void> {
    if (author !== 'kv' && author !== 'registry') return;
    const told = noteRelease({ id: crypto.randomUUID(), at: Date.now(), author, what, note }, before, hash);
    await this.#parts.audit.append([told]);
  }

  /** Bytes of the released rulesets in force, by name. */
  #rulesetSizes(): ReadonlyMap<string, number> {
    const { releases } = this.#parts;
    return new Map([...rulesetHashes(releases.head)].map(([name, hash]) => [name, releases.size(hash)]));
  }

  async #release(kind: Gathered, author: string, note: string): Promise<void> {
    const { gatherer, watched, blocks, releases, env } = this.#parts;
    gatherer.begin(kind);
    const body = kind === 'watchlist' ? watched.body() : JSON.stringify({ entries: blocks.list() });
    const inForce = releases.head.hashes[kind];
    if (inForce === undefined && body === JSON.stringify(bundledRelease(kind, env))) return;
    const bytes = new TextEncoder().encode(body);
    const hash = await hashBytes(bytes);
    if (hash === inForce) return;
    this.#add(signRelease(kind, hash, Date.now(), { author, note }), bytes);
    gatherer.released(kind, bytes.length, Date.now());
  }

  #add(release: NewRelease, bytes: Uint8Array): Head {
    const { releases, later, herald } = this.#parts;
    const head = releases.add(release, bytes);
    later(herald.announce(head));
    return head;
  }

  #partsInForce(kind: ReleaseKind, ruleset: string | undefined): ReleaseParts {
    const { head } = this.#parts.releases;
    const hash = ruleset === undefined ? head.hashes[kind] : rulesetHashes(head).get(ruleset);
    const body = hash === undefined ? null : this.body(hash);
    const data: unknown = body === null ? this.#bundled(kind, ruleset) : JSON.parse(body);
    const parts = data === undefined ? null : readParts(kind, data);
    return parts?.ok === true ? parts.value : new Map();
  }

  #bundled(kind: ReleaseKind, ruleset: string | undefined): unknown {
    return kind === 'ruleset' ? bundledRuleset(ruleset ?? DEFAULT_RULESET) : bundledRelease(kind, this.#parts.env);
  }

  #replaceBlocks(body: string): void {
    const parsed = parseBlocklist(JSON.parse(body));
    if (parsed.ok) this.#parts.blocks.replace(parsed.value.entries);
    this.#parts.gatherer.begin('blocklist');
  }
}

/** Lets whoever waits for this thread have it: the guardians of the same isolate, and their visitors. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

function refuse(message: string, path = ''): { readonly ok: false; readonly problems: readonly Problem[] } {
  return { ok: false, problems: [{ path, message }] };
}
