import { describe, expect, test } from 'vitest';
import { keepLines, readList, writeCsv } from '../../../src/dashboard/views/blocklist/csv.ts';

const SINCE = Date.UTC(2026, 10, 26);

describe('the blocklist as CSV', () => {
  test('what is exported is read back as it was, whatever stands in the reasons', () => {
    const entries = [
      { range: '203.0.113.7', reason: 'a "quoted", odd reason', since: SINCE, until: SINCE + 1000, source: 'operator' },
      { range: '2001:db8::/32', reason: '=cmd|calc', since: SINCE, source: 'reputation' },
    ];
    const text = writeCsv(entries);
    // A spreadsheet must not take a reason for a formula.
    expect(text).toContain(",'=cmd|calc,");
    expect(readList(text)).toEqual({
      wanted: [
        { line: 2, ip: '203.0.113.7', reason: 'a "quoted", odd reason', until: SINCE + 1000 },
        { line: 3, ip: '2001:db8::/32', reason: '=cmd|calc', until: 'never' },
      ],
      unread: [],
    });
  });

  test('pasted lines need no head, and what cannot be read is named by its line', () => {
    const text = '# ours\n203.0.113.7\n\n198.51.100.0/24, scanner\n192.0.2.1,,tomorrow\n,reason alone\n192.0.2.300\n';
    expect(readList(text)).toEqual({
      wanted: [
        { line: 2, ip: '203.0.113.7', reason: null, until: null },
        { line: 4, ip: '198.51.100.0/24', reason: 'scanner', until: null },
      ],
      unread: [
        { line: 5, text: '192.0.2.1', problem: 'tomorrow is no time' },
        { line: 6, text: ',reason alone', problem: 'has no address' },
        { line: 7, text: '192.0.2.300', problem: expect.stringMatching(/^must be an address/) },
      ],
    });
  });

  test('what is left of a list are its open lines, with head and comments', () => {
    const text = 'range,reason\n# ours\n203.0.113.7,a\nnowhere,b\n192.0.2.1,c\n';
    expect(keepLines(text, new Set([4]))).toBe('range,reason\n# ours\nnowhere,b\n');
  });
});
