import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAddress } from '../../../src/edge/reputation/client-key.ts';
import { covers, parseRange, type Range } from '../../../src/edge/reputation/range.ts';
import { compileRanges, findRange } from '../../../src/edge/reputation/range-table.ts';

function range(text: string): Range {
  const parsed = parseRange(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem.message}`);
  return parsed.range;
}

describe('a range', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1/32', '192.0.2.1'],
    ['192.0.2.129/25', '192.0.2.128/25'],
    ['10.255.255.255/8', '10.0.0.0/8'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1/120', '192.0.2.0/24'],
    ['2001:DB8::1', '2001:db8::/64'],
    ['2001:db8::1/128', '2001:db8::/64'],
    ['2001:db8:ffff::/33', '2001:db8:8000::/33'],
    ['2001:db8::/12', '2000::/12'],
  ])('%s is %s', (text, canonical) => {
    expect(range(text).text).toBe(canonical);
    expect(range(canonical)).toEqual(range(text));
  });

  it.each([
    '0.0.0.0/0',
    '10.0.0.0/7',
    '::/0',
    '2000::/11',
    '192.0.2.1/33',
    '2001:db8::/129',
    '192.0.2.1/-1',
    '192.0.2.1/08',
    '192.0.2.1/',
    '192.0.2.1/8/8',
    '/8',
    '',
    'localhost',
    '192.0.2.1/2x',
    '::ffff:0:0/96',
    '2a06:98c0:3600::103',
    '2a06:98c0:3600::/64',
    '2a06:98c0::/29',
  ])('refuses %j', (text) => {
    expect(parseRange(text).ok).toBe(false);
  });

  it('never throws, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof parseRange(text).ok === 'boolean'));
  });
});

// Few distinct bits, so that ranges nest, meet and repeat.
const ipv4 = fc
  .tuple(
    fc.constantFrom(9, 10, 255),
    fc.constantFrom(0, 127, 128, 255),
    fc.constantFrom(0, 1, 255),
    fc.constantFrom(0, 1, 254, 255),
  )
  .map((o) => o.join('.'));
const ipv6 = fc
  .tuple(
    fc.constantFrom('2001', 'ffff'),
    fc.constantFrom('db8', 'ffff', '0'),
    fc.constantFrom('0', '8000', 'ffff'),
    fc.constantFrom('0', '1', 'ffff'),
  )
  .map((p) => `${p.join(':')}::5`);
const text = fc.oneof(
  fc.tuple(ipv4, fc.integer({ min: 8, max: 32 })).map(([ip, bits]) => `${ip}/${bits}`),
  fc.tuple(ipv6, fc.integer({ min: 12, max: 70 })).map(([ip, bits]) => `${ip}/${bits}`),
);
const until = fc.constantFrom(50, 100, 150, Number.POSITIVE_INFINITY);

describe('the range table', () => {
  it('finds what a plain walk over all ranges finds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ range: text.map(range), until }), { maxLength: 30 }),
        fc.array(fc.oneof(ipv4, ipv6), { minLength: 1, maxLength: 20 }),
        fc.constantFrom(0, 99, 100, 1000),
        (entries, addresses, now) => {
          const table = compileRanges(entries);
          for (const ip of addresses) {
            const exact = range(ip);
            const hits = entries.filter((e) => covers(e.range, exact));
            const longest = Math.max(...hits.map((e) => e.until));
            const found = findRange(table, readAddress(ip), now);
            if (longest > now) {
              const entry = entries[found];
              expect(hits).toContain(entry);
              expect(entry?.until).toBe(longest);
            } else expect(found).toBe(-1);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('holds the first and the last address of a range, not their neighbours, up to the ends of the address space', () => {
    const table = compileRanges([
      { range: range('192.0.2.64/26'), until: 10 },
      { range: range('255.255.255.0/24'), until: 10 },
      { range: range('ffff:ffff:ffff:ff00::/56'), until: 10 },
    ]);
    const at = (ip: string): number => findRange(table, readAddress(ip), 0);
    expect(['192.0.2.63', '192.0.2.64', '192.0.2.127', '192.0.2.128'].map(at)).toEqual([-1, 0, 0, -1]);
    expect(['255.255.254.255', '255.255.255.0', '255.255.255.255'].map(at)).toEqual([-1, 1, 1]);
    expect(['ffff:ffff:ffff:feff::', 'ffff:ffff:ffff:ffff:ffff::1'].map(at)).toEqual([-1, 2]);
  });

  it('keeps IPv4 and IPv6 apart', () => {
    const table = compileRanges([{ range: range('32.1.13.184'), until: 10 }]);
    expect(findRange(table, readAddress('2001:db8::1'), 0)).toBe(-1);
  });

  it('never holds the Worker address or an unreadable one', () => {
    const table = compileRanges([{ range: range('2a06:98c1::/32'), until: 10 }]);
    expect(findRange(table, readAddress('2a06:98c0:3600::103'), 0)).toBe(-1);
    expect(findRange(table, readAddress('nonsense'), 0)).toBe(-1);
  });
});
