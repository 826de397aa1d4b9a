import { expect, it } from 'vitest';
import { findDraft, hasDraft, keepDraft, sayState } from '../../../src/dashboard/releases/draft.ts';
import { clearShelves, openShelf } from '../../../src/dashboard/shell/shelf.ts';

it('a draft is kept until it says what it was written from, or somebody signs out', () => {
  const draft = { text: '[1]', note: '', base: '[]' };
  keepDraft('policy/', draft);
  expect(findDraft('policy/')).toEqual(draft);
  expect(hasDraft('policy/')).toBe(true);
  keepDraft('policy/', { ...draft, text: '[]', note: 'why' });
  expect(findDraft('policy/')?.note).toBe('why');
  expect(hasDraft('policy/')).toBe(false);
  keepDraft('policy/', { ...draft, text: '[]' });
  expect(findDraft('policy/')).toBeUndefined();
  keepDraft('policy/', draft);
  clearShelves();
  expect(findDraft('policy/')).toBeUndefined();
});

it('the oldest of too many drafts makes room, and what was put last is the youngest', () => {
  const shelf = openShelf<number>();
  for (let n = 0; n < 12; n++) shelf.put(`ruleset/${n}`, n);
  shelf.put('ruleset/0', 100);
  shelf.put('ruleset/12', 12);
  expect(shelf.get('ruleset/0')).toBe(100);
  expect(shelf.get('ruleset/1')).toBeUndefined();
  expect(shelf.get('ruleset/12')).toBe(12);
});

it('an editor says how its text stands to what is in force', () => {
  const at = { text: 'a', first: 'a', base: 'a', inForce: true, untouched: false };
  expect(sayState(at)).toBe('As it is in force');
  expect(sayState({ ...at, inForce: false })).toBe('New: not published yet');
  expect(sayState({ ...at, text: 'b', untouched: true })).toBe('Edited, kept from before');
  expect(sayState({ ...at, text: 'b', first: 'c' })).toBe('Edited; what is in force has changed since');
});
