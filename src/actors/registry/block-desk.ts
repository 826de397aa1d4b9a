import { parseBlockTarget } from '../../edge/reputation/block-target.ts';
import type { BlockChange, BlockEntry, BlockRemoval, BlockRequest, BlockResult } from '../contracts.ts';
import type { BlockStore } from './block-store.ts';
import { endOf, readBlock, readBlockChange } from './judge-block.ts';

/** What the desk has done by the registry around it. */
export interface BlockDeskHelp {
  /** Makes the list as it stands into a release, now. */
  release(author: string, note: string): Promise<void>;
  /** The same, together with what else comes in the next seconds. */
  releaseSoon(): void;
  notice(reason: string): void;
  seq(): number;
}

/** Takes blocks, changes and removals of the list, and has released what came of them. */
export class BlockDesk {
  readonly #blocks: BlockStore;
  readonly #help: BlockDeskHelp;

  constructor(blocks: BlockStore, help: BlockDeskHelp) {
    this.#blocks = blocks;
    this.#help = help;
  }

  async block(request: BlockRequest, now: number): Promise<BlockResult> {
    const parsed = readBlock(request, now);
    if (!parsed.ok) return parsed;
    const before = this.#blocks.find(parsed.value.range);
    const entry = this.#blocks.add(parsed.value);
    if (entry === null) return { ok: false, problems: [{ path: '', message: 'the blocklist is full' }] };
    const changed = entry === parsed.value;
    if (changed) {
      const note = `block ${entry.range}: ${entry.reason}`;
      // An operator looks for the effect at once; what the machine finds comes in bursts.
      if (entry.source === 'operator') await this.#help.release(request.author ?? 'operator', note);
      else this.#help.releaseSoon();
      this.#help.notice(note);
    }
    return { ok: true, entry, changed, seq: this.#help.seq(), ...(before !== null && { before }) };
  }

  /** Null when the range is not on the list, or no longer in force. */
  async change(range: string, wish: BlockChange, author: string, now: number): Promise<BlockResult | null> {
    const before = this.#find(range);
    if (before === null || endOf(before) <= now) return null;
    const parsed = readBlockChange(before, wish, now);
    if (!parsed.ok) return parsed;
    const entry = parsed.value;
    const changed = JSON.stringify(entry) !== JSON.stringify(before);
    if (changed) {
      this.#blocks.put(entry);
      const end = entry.until === undefined ? 'without end' : `until ${new Date(entry.until).toISOString()}`;
      const note = `block ${entry.range} ${end}: ${entry.reason}`;
      await this.#help.release(author, note);
      this.#help.notice(note);
    }
    return { ok: true, entry, changed, before, seq: this.#help.seq() };
  }

  async unblock(range: string, author: string): Promise<BlockRemoval> {
    const before = this.#find(range);
    if (before !== null) {
      this.#blocks.remove(before.range);
      const note = `unblock ${before.range}`;
      await this.#help.release(author, note);
      this.#help.notice(note);
    }
    return { removed: before !== null, seq: this.#help.seq(), ...(before !== null && { before }) };
  }

  inForce(now: number): readonly BlockEntry[] {
    return this.#blocks.list().filter((entry) => endOf(entry) > now);
  }

  #find(range: string): BlockEntry | null {
    const parsed = parseBlockTarget(range);
    return parsed.ok ? this.#blocks.find(parsed.value.text) : null;
  }
}
