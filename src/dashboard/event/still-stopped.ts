import type { ReputationState } from '../../actors/contracts.ts';
import type { Model } from '../../../model/schema.ts';
import type { Policy } from '../../edge/policy.ts';
import { ask } from '../control/ask.ts';

/** Whether what the shield remembers of an address now, 0 to 1, is enough to stop whatever it asks for; false also where it did not say what is in force. */
export async function recordStops(record: number): Promise<boolean> {
  if (record === 0) return false;
  // The model's reader is loaded when an address has a record to weigh, not with the page.
  const [judge, shown, inForce] = await Promise.all([
    import('./stops-alone.ts').catch(() => null),
    ask<{ readonly model: Model }>('/admin/model'),
    ask<{ readonly policy: Policy }>('/admin/policy'),
  ]);
  if (judge === null || shown.kind !== 'ok' || inForce.kind !== 'ok') return false;
  return judge.stopsAlone(shown.value.model, inForce.value.policy.thresholds, record);
}

/** The record of an address, 0 to 1, where that alone stops it; null where it does not. */
export async function stillStopped(ip: string): Promise<number | null> {
  const reputation = await ask<ReputationState>(`/admin/reputation/${encodeURIComponent(ip)}`);
  if (reputation.kind !== 'ok') return null;
  const { score } = reputation.value;
  return (await recordStops(score)) ? score : null;
}
