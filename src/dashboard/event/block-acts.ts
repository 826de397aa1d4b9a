import type { BlockEntry } from '../../actors/contracts.ts';
import { askOnce, order, remove } from '../control/ask.ts';

/** What came of a change of the blocklist, in words; `undo`, where there is something to take back, does so and tells it. */
export interface Change {
  readonly ok: boolean;
  readonly said: string;
  readonly undo?: () => Promise<Change>;
}

const REASON = 'blocked from an event on the dashboard';

/** Blocks an address, a range or a network; `ttl` as `POST /admin/blocklist` takes it. */
export async function blockRange(range: string, ttl: { readonly ttl_seconds?: number }): Promise<Change> {
  const before = await askOnce<{ entries: readonly BlockEntry[] }>('/admin/blocklist');
  const answer = await order<{ entry: BlockEntry }>('/admin/blocklist', { ip: range, reason: REASON, ...ttl });
  if (answer.kind !== 'ok') return { ok: false, said: answer.text };
  const { entry } = answer.value;
  const stood = before.kind === 'ok' ? before.value.entries.find((one) => one.range === entry.range) : undefined;
  // Of two blocks of one range the longer stands: this one changed nothing.
  if (stood !== undefined && stood.since === entry.since) {
    return { ok: true, said: `${entry.range} was blocked for longer already; that stands.` };
  }
  return { ok: true, said: `${entry.range} is blocked.`, undo: () => restore(entry.range, stood) };
}

/** Takes an entry off the blocklist. */
export async function unblockRange(entry: BlockEntry): Promise<Change> {
  const answer = await remove(`/admin/blocklist/${encodeURIComponent(entry.range)}`);
  if (answer.kind !== 'ok') return { ok: false, said: answer.text };
  return { ok: true, said: `${entry.range} is no longer blocked.`, undo: () => putBack(entry) };
}

async function restore(range: string, stood: BlockEntry | undefined): Promise<Change> {
  const answer = await remove(`/admin/blocklist/${encodeURIComponent(range)}`);
  if (answer.kind !== 'ok') return { ok: false, said: answer.text };
  return stood === undefined ? { ok: true, said: `Undone: ${range} is no longer blocked.` } : putBack(stood);
}

/** As it stood, to the same end. */
async function putBack({ range, reason, until }: BlockEntry): Promise<Change> {
  const left = until === undefined ? null : Math.ceil((until - Date.now()) / 1000);
  if (left !== null && left <= 0) return { ok: true, said: `The block of ${range} has ended by itself meanwhile.` };
  const body = { ip: range, reason: reason === '' ? REASON : reason, ...(left !== null && { ttl_seconds: left }) };
  const answer = await order('/admin/blocklist', body);
  return answer.kind === 'ok'
    ? { ok: true, said: `Undone: ${range} is blocked as before.` }
    : { ok: false, said: answer.text };
}
