import type { PublishResult } from '../../actors/contracts.ts';
import type { Change } from './audit-trail.ts';

/** Characters of the ids that are named of each sort: the log keeps a sentence's worth of facts, and the history has the whole. */
const NAMED = 160;

/** A release for the audit log: its number and note, the ids that it changed, and the hashes before and after. `of`: what it is a release of, where the target does not say. */
export function noteRelease(
  target: string,
  { seq, hash, before = 'bundled', changes }: Omit<Extract<PublishResult, { ok: true }>, 'ok'>,
  note = '',
  of?: string,
): Change {
  const { added, removed, altered } = changes;
  return {
    target,
    before: { hash: before },
    after: {
      seq,
      ...(of !== undefined && { of }),
      ...(note !== '' && { note }),
      ...(added.length > 0 && { added: nameSome(added) }),
      ...(removed.length > 0 && { removed: nameSome(removed) }),
      ...(altered.length > 0 && { altered: nameSome(altered) }),
      hash,
    },
  };
}

/** As many ids as there is room for, and how many more there are. */
function nameSome(ids: readonly string[]): readonly string[] {
  let room = NAMED;
  const named: string[] = [];
  for (const id of ids) {
    room -= id.length + 2;
    if (room < 0) break;
    named.push(id);
  }
  const more = ids.length - named.length;
  return more === 0
    ? named
    : [...named, `${named.length === 0 ? '' : 'and '}${more} ${named.length === 0 ? 'ids' : 'more'}`];
}
