import { BUNDLED_RULESETS } from '../../src/edge/ruleset-names.ts';
import type { Policy, RulesetMode } from '../../src/edge/policy.ts';

/** Nothing but one ruleset decides: no limit, no score, and the bundled rules stay out. For suites and measurements of that ruleset. */
export function loneRulesetPolicy(ruleset: string, mode: RulesetMode): Policy {
  const off = Object.fromEntries(BUNDLED_RULESETS.map((name) => [name, { mode: 'off' as const }]));
  return {
    routes: [
      {
        id: 'all',
        path: '/',
        limit: 1_000_000,
        windowSeconds: 60,
        fail: 'open',
        overlap: false,
        durable: false,
        shards: 1,
      },
    ],
    thresholds: { log: 1, challenge: 1, block: 1 },
    deadlineMs: 250,
    rulesets: { ...off, [ruleset]: { mode } },
  };
}
