import type { EnforcementStatus } from '../../../actors/contracts.ts';
import { count } from '../../count.ts';

/** Cloudflare counts what its lists stop, and does not tell the Worker: that is said, and what the lists hold. */
export function sayBefore(status: Pick<EnforcementStatus, 'mode' | 'killSwitch' | 'lists'> | null): string {
  if (status === null) return 'The enforcement engine does not answer.';
  if (status.killSwitch) return 'Nothing: the kill switch is on, and the account lists are empty.';
  if (status.mode !== 'apply') {
    return 'Nothing: no list of your Cloudflare account is in use. With an API token the worst addresses are stopped there, before a Worker runs.';
  }
  const items = status.lists.reduce((sum, list) => sum + list.items, 0);
  const lists = status.lists.length === 1 ? 'one list' : `${status.lists.length} lists`;
  return `${count.format(items)} addresses and ranges are in ${lists} of your account. What they stop never reaches the Worker: Cloudflare counts it under Security > Events.`;
}
