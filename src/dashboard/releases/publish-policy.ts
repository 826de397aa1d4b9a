import type { Policy } from '../../edge/policy.ts';
import type { Answer } from '../control/answer.ts';
import { askOnce, order } from '../control/ask.ts';
import type { Published } from './published.ts';

/** Publishes the policy in force with a change: the newest is asked for, so that what somebody else published meanwhile stays. */
export async function publishPolicy(change: (policy: Policy) => Policy, note: string): Promise<Answer<Published>> {
  const inForce = await askOnce<{ readonly policy: Policy }>('/admin/policy');
  if (inForce.kind !== 'ok') return inForce;
  return order<Published>(`/admin/policy/reload${noteQuery(note)}`, change(inForce.value.policy));
}

/** Why a release is made, as its query says it. */
export function noteQuery(note: string): string {
  const words = note.trim();
  return words === '' ? '' : `?note=${encodeURIComponent(words)}`;
}
