import type { Rule } from '../../../rules/schema.ts';

/** A rule that nothing but `marker` matches: whether a request meets it tells which release is in force. */
export function markerRule(id: string, marker: string): Rule {
  return {
    id,
    name: `Marker ${marker}`,
    category: 'other',
    severity: 'critical',
    score: 100,
    action: 'block',
    targets: [{ collection: 'ARGS' }],
    transformations: [],
    operator: { name: 'contains', text: marker },
    tags: [],
    examples: { match: [{ path: `/?q=${marker}` }], noMatch: [{ path: '/?q=tea' }] },
  };
}
