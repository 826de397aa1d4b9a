import type { BlockEntry } from '../../actors/contracts.ts';
import { askOnce, order, remove } from '../control/ask.ts';
import { sayTtl } from '../desk/ttl.ts';

/** What came of a change, in words, and about which address or range; `undo`, where there is something to take back, does so and tells it. */
export interface Change {
  readonly ok: boolean;
  readonly said: string;
  readonly subject: string;
  readonly undo?: () => Promise<Change>;
}

const REASON = 'blocked from an event on the dashboard';

/** An isolate asks for the record of an address at most this often. */
const FORGOTTEN_S = 10;

/** Blocks an address, a range or a network; `ttl` as `POST /admin/blocklist` takes it. */
export async function blockRange(range: string, ttl: { readonly ttl_seconds?: number }): Promise<Change> {
  const before = await askOnce<{ entries: readonly BlockEntry[] }>('/admin/blocklist');
  const answer = await order<{ entry: BlockEntry }>('/admin/blocklist', { ip: range, reason: REASON, ...ttl });
  if (answer.kind !== 'ok') return { ok: false, said: answer.text, subject: range };
  const { entry } = answer.value;
  const subject = entry.range;
  const said = `${subject} is blocked ${sayTtl(ttl)}.`;
  // What stood before is not known, so nothing can be put back.
  if (before.kind !== 'ok') return { ok: true, said, subject };
  const stood = before.value.entries.find((one) => one.range === entry.range);
  // Of two blocks of one range the longer stands: this one changed nothing.
  if (stood !== undefined && stood.since === entry.since) {
    return { ok: true, said: `${subject} was blocked for longer already; that stands.`, subject };
  }
  const undo = () => (stood === undefined ? lift(entry.range) : putBack(stood, 'PATCH'));
  return { ok: true, said, subject, undo };
}

/** Takes an entry off the blocklist. */
export async function unblockRange(entry: BlockEntry): Promise<Change> {
  const subject = entry.range;
  const answer = await remove(`/admin/blocklist/${encodeURIComponent(subject)}`);
  if (answer.kind !== 'ok') return { ok: false, said: answer.text, subject };
  return { ok: true, said: `${subject} is no longer blocked.`, subject, undo: () => putBack(entry, 'POST') };
}

async function lift(range: string): Promise<Change> {
  const answer = await remove(`/admin/blocklist/${encodeURIComponent(range)}`);
  if (answer.kind !== 'ok') return { ok: false, said: answer.text, subject: range };
  return { ok: true, said: `Undone: ${range} is no longer blocked.`, subject: range };
}

/** Forgets what the shield remembers of an address: an operator's pardon, which cannot be taken back. */
export async function pardon(ip: string): Promise<Change> {
  const answer = await remove(`/admin/reputation/${encodeURIComponent(ip)}`);
  if (answer.kind !== 'ok') return { ok: false, said: answer.text, subject: ip };
  return {
    ok: true,
    said: `${ip} is pardoned: its record is forgotten, everywhere within ${FORGOTTEN_S} seconds.`,
    subject: ip,
  };
}

/** As it stood, to the same end: anew (POST), or in the place of what stands, which blocks meanwhile (PATCH). */
async function putBack({ range, reason, until }: BlockEntry, method: 'POST' | 'PATCH'): Promise<Change> {
  const left = until === undefined ? null : Math.ceil((until - Date.now()) / 1000);
  if (left !== null && left <= 0) {
    return method === 'PATCH'
      ? lift(range)
      : { ok: true, said: `The block of ${range} has ended by itself meanwhile.`, subject: range };
  }
  const why = reason === '' ? REASON : reason;
  const answer =
    method === 'POST'
      ? await order('/admin/blocklist', { ip: range, reason: why, ...(left !== null && { ttl_seconds: left }) })
      : await order(`/admin/blocklist/${encodeURIComponent(range)}`, { reason: why, ttl_seconds: left }, 'PATCH');
  if (answer.kind !== 'ok') return { ok: false, said: answer.text, subject: range };
  return { ok: true, said: `Undone: ${range} is blocked as before.`, subject: range };
}
