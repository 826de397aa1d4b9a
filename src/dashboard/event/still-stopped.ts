import type { ReputationState } from '../../actors/contracts.ts';
import { FEATURES, type Model } from '../../../model/schema.ts';
import type { Policy } from '../../edge/policy.ts';
import { compileModel, scoreFeatures } from '../../edge/score/mlp.ts';
import { ask } from '../control/ask.ts';

/** Whether a request that says nothing at all is challenged or blocked for the record of its address, 0 to 1, alone. */
export function stopsAlone(model: Model, { challenge, block }: Policy['thresholds'], record: number): boolean {
  const features = Float64Array.from(FEATURES, (name) => (name === 'ip_reputation' ? record : 0));
  return scoreFeatures(compileModel(model), features) >= Math.min(challenge, block);
}

/** The same of what the shield remembers of an address now; false also where it did not say what is in force. */
export async function recordStops(record: number): Promise<boolean> {
  if (record === 0) return false;
  const [shown, inForce] = await Promise.all([
    ask<{ readonly model: Model }>('/admin/model'),
    ask<{ readonly policy: Policy }>('/admin/policy'),
  ]);
  if (shown.kind !== 'ok' || inForce.kind !== 'ok') return false;
  return stopsAlone(shown.value.model, inForce.value.policy.thresholds, record);
}

/** The record of an address, 0 to 1, where that alone stops it; null where it does not. */
export async function stillStopped(ip: string): Promise<number | null> {
  const reputation = await ask<ReputationState>(`/admin/reputation/${encodeURIComponent(ip)}`);
  if (reputation.kind !== 'ok') return null;
  const { score } = reputation.value;
  return (await recordStops(score)) ? score : null;
}
