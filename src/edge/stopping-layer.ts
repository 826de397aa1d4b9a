import type { Outcome, StoppingLayer, Verdict } from './verdict.ts';

const LAYERS: Readonly<Record<Verdict['by'], StoppingLayer | null>> = {
  blocklist: 'blocklist',
  intelligence: 'intelligence',
  rule: 'rules',
  anomaly: 'rules',
  score: 'score',
  // A body that broke off: nobody decided anything.
  none: null,
};

/** Which layer kept a request from its answer; null where none did. An answer that was withheld counts for the rules that saw it. */
export function stoppingLayer(
  { by }: Pick<Verdict, 'by'>,
  outcome: Outcome,
  failed: 'open' | 'closed' | null,
): StoppingLayer | null {
  if (failed === 'closed') return 'failed_closed';
  if (outcome === 'limit') return 'rate_limit';
  return outcome === 'block' || outcome === 'challenge' ? LAYERS[by] : null;
}
