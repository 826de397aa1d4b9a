import { describe, expect, test } from 'vitest';
import type { EventRule } from '../../../src/actors/contracts.ts';
import { covers } from '../../../src/dashboard/event/covering.ts';
import type { Exclusion } from '../../../src/edge/exclusions/schema.ts';

const rule: EventRule = {
  id: '942100',
  name: '',
  category: 'sqli',
  score: 70,
  location: 'ARGS_GET:q',
  matched: '',
  ruleset: 'crs',
};
const request = { method: 'GET', host: 'shop.test:8787', path: '/search?q=1', route: 'default', userAgent: '' };
const draft: Exclusion = { id: 'fp', rules: ['942100'], path: '/search', targets: ['ARGS_GET:q'], reason: 'x' };
const does = (exclusion: Partial<Exclusion>, of: Exclusion = draft) =>
  covers({ id: 'other', reason: 'x', ...exclusion }, of, { request, rules: [rule] });

describe('an exclusion covers what another would do', () => {
  test.each<[string, Partial<Exclusion>]>([
    ['the same', { rules: ['942100'], path: '/search', targets: ['ARGS_GET:q'] }],
    ['more rules', { rules: ['942*'], path: '/search', targets: ['ARGS_GET:q'] }],
    ['a category, everywhere', { categories: ['sqli'] }],
    ['more paths', { rules: ['942100-942199'], path: '/**', targets: ['ARGS_GET:q'] }],
    ['both kinds of arguments', { rules: ['942100'], targets: ['ARGS:q'] }],
    ['its ruleset and host', { rules: ['*'], rulesets: ['crs'], host: '*.test', methods: ['GET'] }],
  ])('%s', (_, exclusion) => {
    expect(does(exclusion)).toBe(true);
  });

  test.each<[string, Partial<Exclusion>]>([
    ['another rule', { rules: ['942101'] }],
    ['another path', { rules: ['942100'], path: '/other' }],
    ['another place', { rules: ['942100'], targets: ['ARGS_GET:p'] }],
    ['a part of the place', { rules: ['942100'], targets: ['ARGS_POST:q'] }],
    ['another ruleset', { rules: ['*'], rulesets: ['owasp-core'] }],
    ['another host', { rules: ['*'], host: 'blog.test' }],
    ['another method', { rules: ['*'], methods: ['POST'] }],
  ])('not %s', (_, exclusion) => {
    expect(does(exclusion)).toBe(false);
  });

  test('of the score only where it speaks to it too, and of all places only without a place', () => {
    const scored: Exclusion = { ...draft, score: true };
    expect(does({ rules: ['942100'] }, scored)).toBe(false);
    expect(does({ rules: ['942100'], score: true }, scored)).toBe(true);
    const { targets: _targets, ...wide } = draft;
    expect(does({ rules: ['942100'], targets: ['ARGS'] }, wide)).toBe(false);
  });
});
