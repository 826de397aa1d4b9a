import { expect, test } from 'vitest';
import { sayOperation } from '../../../src/dashboard/views/audit/operation-words.ts';

test('a wrong key is no sign-in, and what is not known keeps its name', () => {
  expect(sayOperation('signIn', 'done')).toBe('Signed in');
  expect(sayOperation('signIn', 'refused')).toBe('Sign in with a wrong key');
  expect(sayOperation('ofAnotherVersion', 'done')).toBe('ofAnotherVersion');
});
