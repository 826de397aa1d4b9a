import { FEATURES, type Model } from '../../../model/schema.ts';
import type { Policy } from '../../edge/policy.ts';
import { compileModel, scoreFeatures } from '../../edge/score/mlp.ts';

/** Whether a request that says nothing at all is challenged or blocked for the record of its address, 0 to 1, alone. */
export function stopsAlone(model: Model, { challenge, block }: Policy['thresholds'], record: number): boolean {
  const features = Float64Array.from(FEATURES, (name) => (name === 'ip_reputation' ? record : 0));
  return scoreFeatures(compileModel(model), features) >= Math.min(challenge, block);
}
