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

/** As the control plane takes it. */
const LONGEST = 200;

/** Why a release is made, as its query says it: a history is of no use where each line says nothing. */
export function noteQuery(note: string): string {
  const words = note.trim().slice(0, LONGEST);
  return words === '' ? '' : `?note=${encodeURIComponent(words)}`;
}
