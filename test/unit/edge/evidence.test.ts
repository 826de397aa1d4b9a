import { expect, it } from 'vitest';
import { evidenceOf } from '../../../src/edge/evidence.ts';
import type { Verdict } from '../../../src/edge/verdict.ts';
import { ruleMatch } from '../../support/node/rule-match.ts';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';

function blockedAt(location: string): Verdict {
  const rule = {
    id: 'xss-001',
    name: 'XSS',
    category: 'xss',
    severity: 'critical',
    score: 65,
    action: 'block',
  } as const;
  const match = ruleMatch({ ...rule, location, matched: '<script>' });
  const nothing = { score: 0, signals: [] };
  const waf = { matches: [match], score: 65, blocking: true };
  return { decision: 'block', score: 0.9, by: 'rule', reason: '', waf, bot: nothing, reputation: nothing };
}

it('tells where a rule matched', () => {
  expect(evidenceOf(blockedAt('ARGS:q'), 'block', 1)[0]?.why).toBe('xss-001 in ARGS:q');
});

it('weighs rules that leave the scoring to another by their severity, and not the one that adds up', () => {
  const verdict = blockedAt('ARGS:q');
  const [match] = verdict.waf.matches;
  if (match === undefined) throw new Error('unreachable');
  const matches = [
    { ...match, score: 0, severity: 'error' as const },
    { ...match, id: 'sum', category: 'other' as const, score: 100, location: 'TX:blocking_inbound_anomaly_score' },
  ];
  const items = evidenceOf({ ...verdict, waf: { ...verdict.waf, matches } }, 'block', 1);
  expect(items).toMatchObject([{ category: 'xss', weight: 0.4 }]);
});

it('holds nothing against a visitor for what the site answered', () => {
  expect(evidenceOf(blockedAt('RESPONSE_BODY'), 'block', 1)).toEqual([]);
});

it('keeps no secret that stands where a name belongs', () => {
  expect(evidenceOf(blockedAt(`ARGS:${JWT}`), 'block', 1)[0]?.why).not.toContain('eyJ');
});
