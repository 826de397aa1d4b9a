import type { ReleaseKind, ReleaseRecord } from '../actors/contracts.ts';
import { describeHistory } from './format/releases.ts';
import type { Answer, Outcome } from './outcome.ts';
import type { Shell } from './shell.ts';

/** As many as the shield tells. */
export const RELEASES = 200;

interface History {
  readonly seq: number;
  /** The newest first. */
  readonly releases: readonly ReleaseRecord[];
}

export function fetchHistory({ client }: Shell, kind: ReleaseKind, limit = RELEASES): Promise<Answer<History>> {
  return client.get<History>(`/admin/releases?kind=${kind}&limit=${limit}`);
}

/** What was published of a kind; `none`: said where nothing was. */
export async function showHistory(shell: Shell, kind: ReleaseKind, limit: number, none: string): Promise<Outcome> {
  const answer = await fetchHistory(shell, kind, limit);
  if (!answer.ok) return answer;
  const { releases } = answer.value;
  const text = releases.length === 0 ? none : describeHistory(releases, shell.now, shell.paint);
  return { ok: true, data: answer.value, text };
}
