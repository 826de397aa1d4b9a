import type { PublishResult } from '../../actors/contracts.ts';
import type { Change } from './audit-trail.ts';

/** A release for the audit log: hashes before and after, and how much it changed. */
export function noteRelease(
  target: string,
  { seq, hash, before = 'bundled', changes }: Omit<Extract<PublishResult, { ok: true }>, 'ok'>,
): Change {
  const { added, removed, altered } = changes;
  return {
    target,
    before: { hash: before },
    after: { seq, hash, added: added.length, removed: removed.length, altered: altered.length },
  };
}
