import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ThreatColumns, type ThreatRow } from '../../../src/actors/collector/threat-rows.ts';
import { orderByScore, pageOf } from '../../../src/actors/collector/threat-pages.ts';

const SOURCES = ['a', 'b'];
const arbRows = fc.uniqueArray(
  fc.record({
    family: fc.constantFrom<4 | 6>(4, 6),
    high: fc.integer({ min: 0x2d000000, max: 0x2d0000ff }),
    score: fc.constantFrom(2700, 5000, 8000, 9500),
    bits: fc.integer({ min: 1, max: 3 }),
  }),
  { maxLength: 30, selector: ({ family, high }) => `${family} ${high}` },
);

function rowsOf(list: readonly { family: 4 | 6; high: number; score: number; bits: number }[]) {
  const columns = new ThreatColumns(0);
  const sorted = [...list].sort((a, b) => a.family - b.family || a.high - b.high);
  for (const row of sorted)
    columns.add({ ...row, low: 0, prefix: row.family === 4 ? 32 : 64, since: 0 } satisfies ThreatRow);
  return columns.finish();
}

test('pages hold every match once, the highest score first, whatever their size', () => {
  fc.assert(
    fc.property(
      arbRows,
      fc.integer({ min: 1, max: 8 }),
      fc.constantFrom(undefined, 'a', 'none'),
      (list, limit, source) => {
        const rows = rowsOf(list);
        const order = orderByScore(rows);
        const query = { limit, minScore: 0.5, ...(source !== undefined && { source }) };
        const seen: { range: string; score: number }[] = [];
        let cursor: string | null = '';
        let pages = 0;
        while (cursor !== null) {
          const page = pageOf(rows, order, SOURCES, { ...query, ...(cursor !== '' && { cursor }) });
          seen.push(...page.threats);
          expect(page.total).toBe(
            list.filter((r) => r.score >= 5000 && (source === undefined || (source === 'a' && (r.bits & 1) !== 0)))
              .length,
          );
          cursor = page.cursor;
          pages += 1;
          expect(pages).toBeLessThan(40);
        }
        expect(new Set(seen.map(({ range }) => range)).size).toBe(seen.length);
        expect(seen.map(({ score }) => score)).toEqual(seen.map(({ score }) => score).toSorted((a, b) => b - a));
        const total = pageOf(rows, order, SOURCES, query).total;
        expect(seen).toHaveLength(total);
      },
    ),
  );
});

test('a page goes on behind its cursor though rows came and went', () => {
  const list = [1, 2, 3, 4, 5].map((n) => ({ family: 4 as const, high: 0x2d000000 + n, score: 9000 - n, bits: 1 }));
  const before = rowsOf(list);
  const first = pageOf(before, orderByScore(before), SOURCES, { limit: 2 });
  const after = rowsOf([
    ...list.filter(({ high }) => high !== 0x2d000002),
    { ...list[0]!, high: 0x2d0000ff, score: 9999 },
  ]);
  const next = pageOf(after, orderByScore(after), SOURCES, { limit: 2, cursor: first.cursor ?? '' });
  expect(next.threats.map(({ range }) => range)).toEqual(['45.0.0.3', '45.0.0.4']);
});

test('a cursor that is nonsense begins at the start', () => {
  const rows = rowsOf([{ family: 4, high: 0x2d000001, score: 9000, bits: 1 }]);
  for (const cursor of ['', 'x', '9000', '9000_nothing', '-1_45.0.0.1'])
    expect(pageOf(rows, orderByScore(rows), SOURCES, { limit: 5, cursor }).threats).toHaveLength(1);
});
