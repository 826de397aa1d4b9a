import { expect, test } from 'vitest';
import { viewLabelled } from '../../../model/labelled-request.ts';
import { isPermissive } from '../../../model/licences.ts';
import { expand } from '../../../model/payloads/grammar.ts';
import { drawSyntheticRequests, OWN_SOURCE } from '../../../model/payloads/synthetic-requests.ts';
import { seededRandom } from '../../../model/random.ts';

const rows = drawSyntheticRequests(1);

test('a seed draws the same rows, another seed others', () => {
  expect(drawSyntheticRequests(1)).toEqual(rows);
  expect(drawSyntheticRequests(2)).not.toEqual(rows);
});

test('rows are many, of both labels, declared as our own, and can be viewed', () => {
  expect(rows.length).toBeGreaterThan(8000);
  for (const label of ['attack', 'benign'])
    expect(rows.filter((row) => row.label === label).length).toBeGreaterThan(3000);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  for (const row of rows) {
    expect(isPermissive(row) && row.source.startsWith(OWN_SOURCE)).toBe(true);
    expect(viewLabelled(row).values.length).toBeGreaterThan(0);
  }
});

test('no reference of a grammar is left unexpanded', () => {
  expect(rows.filter((row) => /%E2%80%B9|‹/.test(row.path + (row.body ?? '')))).toEqual([]);
});

test('a grammar that refers to itself ends, and a missing symbol is told', () => {
  expect(expand({ start: ['(‹start›)'] }, 'start', seededRandom(1))).toMatch(/^\(+1\)+$/);
  expect(() => expand({ start: ['‹gone›'] }, 'start', seededRandom(1))).toThrow('no gone');
});
