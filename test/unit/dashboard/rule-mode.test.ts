import { describe, expect, it } from 'vitest';
import core from '../../../rules/owasp-core.json' with { type: 'json' };
import { parseRuleset } from '../../../rules/schema.ts';
import { ruleUse, withRuleMode, type RuleMode } from '../../../src/dashboard/views/rules/rule-mode.ts';
import { defaultPolicy } from '../../../src/edge/default-policy.ts';
import { parsePolicy, type Policy } from '../../../src/edge/policy.ts';

const parsed = parseRuleset(core);
if (!parsed.ok) throw new Error('the core ruleset is broken');
const { rules } = parsed.value;
const [rule, other] = rules;
if (rule === undefined || other === undefined) throw new Error('the core ruleset is empty');
const policy = defaultPolicy({});
const NOW = Date.UTC(2026, 0, 1);
const use = (of: Policy, which = rule) => ruleUse(of, 'owasp-core', which, 'block', NOW);
const set = (of: Policy, mode: RuleMode) => withRuleMode(of, 'owasp-core', rule.id, mode);

describe('the mode of a rule', () => {
  it.each(['block', 'log', 'off'] as const)('is %s once set, for it alone, in a policy that the door takes', (mode) => {
    const changed = set(set(set(policy, 'off'), 'log'), mode);
    expect(use(changed)).toEqual({ mode, because: '' });
    expect(use(changed, other)).toEqual({ mode: 'block', because: '' });
    expect(parsePolicy(changed)).toMatchObject({ ok: true });
  });

  it('set back leaves the policy as it was', () => {
    expect(set(set(policy, 'off'), 'block')).toEqual(policy);
  });

  it('names the entry that also means others, and leaves it alone', () => {
    const broad = { ...policy, detectionOnly: [{ categories: [rule.category] }] };
    expect(use(set(broad, 'block'))).toEqual({ mode: 'log', because: `detection only: ${rule.category}` });
  });

  it('is not off for an exclusion of some place, some value, or of the past', () => {
    const entry = { id: 'a', rules: [rule.id], reason: 'why' };
    const exclusions = [
      { ...entry, path: '/a' },
      { ...entry, id: 'b', targets: ['ARGS:q'] },
      { ...entry, id: 'c', expires: '2025-12-31' },
    ];
    expect(use({ ...policy, exclusions })).toEqual({ mode: 'block', because: '' });
    expect(set({ ...policy, exclusions }, 'block').exclusions).toEqual(exclusions);
  });

  it('follows the ruleset where that may do less', () => {
    expect(ruleUse(policy, 'crs', rule, 'detect', NOW)).toEqual({ mode: 'log', because: 'crs only tells' });
    expect(ruleUse(policy, 'crs', rule, 'off', NOW)).toEqual({ mode: 'off', because: 'crs is off' });
  });
});
