import type { RuleMatch } from '../../../src/edge/verdict.ts';

/** A match as the engine tells it, but for what a test cares about. */
export function ruleMatch(given: Partial<RuleMatch>): RuleMatch {
  return {
    id: 'r-1',
    name: 'A rule',
    category: 'sqli',
    severity: 'critical',
    score: 60,
    action: 'log',
    tags: [],
    paranoia: 1,
    location: 'ARGS:q',
    matched: 'x',
    decoded: { start: 0, end: 1 },
    raw: { start: 0, end: 1 },
    text: 'x',
    rawText: 'x',
    transformations: [],
    values: 1,
    ...given,
  };
}
