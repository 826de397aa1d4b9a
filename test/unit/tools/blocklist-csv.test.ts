import { describe, expect, test } from 'vitest';
import { readList, writeCsv } from '../../../src/dashboard/views/blocklist/csv.ts';

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
        { ip: '203.0.113.7', reason: 'a "quoted", odd reason', until: SINCE + 1000 },
        { ip: '2001:db8::/32', reason: '=cmd|calc', until: 'never' },
      ],
      unread: [],
    });
  });

  test('pasted lines need no head, and what cannot be read is named by its line', () => {
    const text = '# ours\n203.0.113.7\n\n198.51.100.0/24, scanner\n192.0.2.1,,tomorrow\n,reason alone\n';
    expect(readList(text)).toEqual({
      wanted: [
        { ip: '203.0.113.7', reason: null, until: null },
        { ip: '198.51.100.0/24', reason: 'scanner', until: null },
      ],
      unread: [
        { line: 5, problem: 'tomorrow is no time' },
        { line: 6, problem: 'has no address' },
      ],
    });
  });
});
