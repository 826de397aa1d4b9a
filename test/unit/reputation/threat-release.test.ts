import { existsSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAddress, readIpv4 } from '../../../src/edge/reputation/client-key.ts';
import { TIERS } from '../../../src/edge/reputation/graduated-response.ts';
import { covers } from '../../../src/edge/reputation/range.ts';
import { EMPTY_THREATS, findThreat, isAllowed, type ThreatIndex } from '../../../src/edge/reputation/threat-index.ts';
import {
  ALLOW_LIMIT,
  parseThreats,
  readThreatSummary,
  THREAT_LIMIT,
  writeThreats,
} from '../../../src/edge/reputation/threat-release.ts';
import { type ListedThreat, rangeOf, threatInput, threatRelease } from '../../support/node/threat-rows.ts';

function read(text: string): ThreatIndex {
  const parsed = parseThreats(JSON.parse(text));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
}

/** `tier score`, or null. */
function ask(index: ThreatIndex, ip: string): string | null {
  const code = findThreat(index, readAddress(ip));
  return code < 0 ? null : `${TIERS[code >>> 8]} ${code & 255}`;
}

// Few distinct bits, so that ranges nest, meet and repeat.
const ipv4 = fc
  .tuple(
    fc.constantFrom(0, 10, 255),
    fc.constantFrom(0, 127, 128, 255),
    fc.constantFrom(0, 1, 255),
    fc.constantFrom(0, 1, 254, 255),
  )
  .map((o) => o.join('.'));
const ipv6 = fc
  .tuple(
    fc.constantFrom('2001', 'ffff', '0'),
    fc.constantFrom('db8', 'ffff', '0'),
    fc.constantFrom('0', '8000', 'ffff'),
    fc.constantFrom('0', '1', 'ffff'),
  )
  .map((p) => `${p.join(':')}::5`);
const range = fc.oneof(
  ipv4,
  fc.tuple(ipv4, fc.integer({ min: 8, max: 32 })).map(([ip, bits]) => `${ip}/${bits}`),
  fc.tuple(ipv6, fc.integer({ min: 12, max: 64 })).map(([ip, bits]) => `${ip}/${bits}`),
);
const threat: fc.Arbitrary<ListedThreat> = fc.record({
  range: range.map((text) => rangeOf(text).text),
  score: fc.integer({ min: 0, max: 255 }),
  tier: fc.constantFrom(...TIERS),
});
const threats = fc.uniqueArray(threat, { maxLength: 40, selector: (t) => t.range });

describe('a release of threats', () => {
  it('tells of every address what the most specific listing around it says', () => {
    fc.assert(
      fc.property(threats, fc.array(fc.oneof(ipv4, ipv6), { minLength: 1, maxLength: 30 }), (listed, addresses) => {
        const index = read(threatRelease(listed));
        for (const ip of [...addresses, ...listed.map((t) => t.range.split('/')[0] ?? '')]) {
          const [nearest] = listed
            .filter((t) => covers(rangeOf(t.range), rangeOf(ip)))
            .toSorted((a, b) => rangeOf(b.range).prefix - rangeOf(a.range).prefix);
          expect(ask(index, ip)).toBe(nearest === undefined ? null : `${nearest.tier} ${nearest.score}`);
        }
        for (const tier of TIERS) expect(index.counts[tier]).toBe(listed.filter((t) => t.tier === tier).length);
      }),
      { numRuns: 500 },
    );
  });

  it('allows what the allow-list around it allows, however wide', () => {
    const allowed = fc.oneof(
      fc.tuple(ipv4, fc.integer({ min: 0, max: 32 })).map(([ip, bits]) => `${ip}/${bits}`),
      fc.tuple(ipv6, fc.integer({ min: 0, max: 128 })).map(([ip, bits]) => `${ip}/${bits}`),
    );
    fc.assert(
      fc.property(fc.array(allowed, { maxLength: 5 }), fc.array(fc.oneof(ipv4, ipv6)), (ranges, addresses) => {
        const index = read(
          threatRelease(
            [],
            ranges.map((text) => ({ range: text, note: 'ours' })),
          ),
        );
        for (const ip of addresses) {
          const bits = bitsOf(ip);
          const expected = ranges.some((text) => {
            const [start = '', length = ''] = text.split('/');
            const around = bitsOf(start);
            return around.length === bits.length && around.slice(0, Number(length)) === bits.slice(0, Number(length));
          });
          expect(isAllowed(index, readAddress(ip))).toBe(expected);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('holds the ends of the address space, and nothing beside a range', () => {
    const index = read(
      threatRelease([
        { range: '0.0.0.0', score: 1, tier: 'block' },
        { range: '255.255.255.255', score: 2, tier: 'block' },
        { range: '255.255.255.0/24', score: 3, tier: 'challenge' },
        { range: '2001:db8:0:1::/64', score: 4, tier: 'rate_limit' },
        { range: 'ffff:ffff:ffff:ffff::/64', score: 5, tier: 'log_only' },
      ]),
    );
    const ips = ['0.0.0.0', '0.0.0.1', '255.255.254.255', '255.255.255.0', '255.255.255.255'];
    expect(ips.map((ip) => ask(index, ip))).toEqual(['block 1', null, null, 'challenge 3', 'block 2']);
    expect(ask(index, '2001:db8:0:1:dead:beef::')).toBe('rate_limit 4');
    expect(['2001:db8::', '2001:db8:0:2::'].map((ip) => ask(index, ip))).toEqual([null, null]);
    expect(ask(index, 'ffff:ffff:ffff:ffff::1')).toBe('log_only 5');
    expect(ask(index, '::ffff:255.255.255.9')).toBe('challenge 3');
    expect(ask(index, 'nonsense')).toBeNull();
    expect(ask(index, '2a06:98c0:3600::103')).toBeNull();
  });

  it('of the same threats is the same text, with the notes of what is allowed', () => {
    const allow = [
      { range: '192.0.2.0/24', note: 'our office' },
      { range: '224.0.0.0/4', note: 'multicast' },
      { range: 'fc00::/7', note: 'private' },
      { range: '198.51.100.7', note: 'our office' },
    ];
    const text = threatRelease([{ range: '203.0.113.7', score: 240, tier: 'block' }], allow);
    expect(threatRelease([{ range: '203.0.113.7', score: 240, tier: 'block' }], allow)).toBe(text);
    expect(JSON.parse(text).allow).toContainEqual({ note: 'our office', ranges: ['192.0.2.0/24', '198.51.100.7'] });
    expect(readThreatSummary(JSON.parse(text))).toEqual({
      ok: true,
      value: {
        origin: 'live',
        counts: { log_only: 0, rate_limit: 0, challenge: 0, block: 1 },
        leftOut: 0,
        allowed: 4,
      },
    });
  });

  it('may be empty', () => {
    const index = read(threatRelease([]));
    expect({ ...index, at: 0, origin: 'none' }).toEqual(EMPTY_THREATS);
    expect(index.singles).toBe(EMPTY_THREATS.singles);
    expect(ask(index, '192.0.2.1')).toBeNull();
  });

  it('past its limit leaves out the mildest', () => {
    const size = THREAT_LIMIT + 1000;
    const input = {
      ...threatInput([]),
      ipv4: size,
      high: Uint32Array.from({ length: size }, (_, i) => i * 16),
      low: new Uint32Array(size),
      prefix: new Uint8Array(size).fill(32),
      score: Uint8Array.from({ length: size }, (_, i) => (i % 100 === 0 ? 20 : 30)),
      tier: Uint8Array.from({ length: size }, (_, i) => (i % 100 === 0 || i % 2 === 0 ? 0 : 3)),
    };
    const text = writeThreats(input);
    expect(JSON.parse(text).leftOut).toBe(1000);
    const index = read(text);
    expect(addressesOf(index)).toHaveLength(THREAT_LIMIT);
    expect(index.counts.block).toBe(input.tier.filter((tier) => tier === 3).length);
    // All of the 1,000 come from the 1,510 with the lowest score.
    expect(index.singles.scores.filter((score) => score === 20)).toHaveLength(510);
  });

  it.each([
    ['out of order', [2, 1], [32, 32]],
    ['twice', [1, 1], [32, 32]],
    ['as a range twice', [256, 256], [24, 24]],
    ['narrower before wider', [256, 256], [25, 24]],
  ])('is not written of rows %s', (_, high, prefix) => {
    const input = { ...threatInput([]), ipv4: 2, high: Uint32Array.from(high), prefix: Uint8Array.from(prefix) };
    const more = { low: new Uint32Array(2), score: new Uint8Array(2), tier: new Uint8Array(2) };
    expect(() => writeThreats({ ...input, ...more })).toThrow('not in order');
  });

  it('is not written of what cannot be allowed', () => {
    expect(() => threatRelease([], [{ range: '192.0.2.0/33', note: '' }])).toThrow('192.0.2.0/33');
    const many = Array.from({ length: ALLOW_LIMIT + 1 }, () => ({ range: '192.0.2.1', note: '' }));
    expect(() => threatRelease([], many)).toThrow(String(ALLOW_LIMIT));
  });
});

describe('the door for threats', () => {
  it.each<[string, (data: ReturnType<typeof sound>) => void, string]>([
    ['a member too many', (data) => (data.more = 1), 'more'],
    ['no base64', (data) => (data.singles.low = '!'), 'singles'],
    ['blocks that break off', (data) => (data.singles.blocks = btoa('\x80\x80\x03')), 'singles'],
    ['a block that has fewer than it says', (data) => (data.singles.blocks = btoa('\x00\x02')), 'singles'],
    ['addresses of no block', (data) => (data.singles.blocks = btoa('\x00\x00')), 'singles'],
    ['a block past the end', (data) => (data.singles.blocks = btoa('\x80\x80\x04\x01')), 'singles'],
    ['a number without an end', (data) => (data.singles.blocks = btoa('\x80'.repeat(9))), 'singles'],
    ['an address that comes twice', (data) => (data.singles.low = btoa('\x01\x02\x01\x02')), 'singles'],
    ['half an address', (data) => (data.singles.low = btoa('\x01\x02\x01')), 'singles'],
    ['scores for other rows', (data) => (data.singles.scores = btoa('\x01')), 'singles'],
    ['a tier of no row', (data) => (data.singles.tiers = btoa('\x3b')), 'singles'],
    ['tiers for other rows', (data) => (data.singles.tiers = btoa('\0\0')), 'singles'],
    ['counts of other rows', (data) => (data.counts = { ...data.counts, block: 2, challenge: 0 }), 'counts'],
    ['more IPv4 ranges than ranges', (data) => (data.ranges.ipv4 = 4), 'ranges'],
    ['a range that is too wide', (data) => (data.ranges.starts = oneRange(0, 7)), 'ranges'],
    ['a range that is an address', (data) => (data.ranges.starts = oneRange(0, 32)), 'ranges'],
    ['a range with host bits', (data) => (data.ranges.starts = oneRange(1, 24)), 'ranges'],
    ['what cannot be allowed', (data) => (data.allow[0].ranges = ['10.0.0.0/8', 'ours']), 'allow'],
    ['another origin', (data) => (data.origin = 'hearsay'), 'origin'],
  ])('refuses %s and says where', (_, spoil, path) => {
    const data = sound();
    expect(parseThreats(data).ok).toBe(true);
    spoil(data);
    const parsed = parseThreats(data);
    expect(parsed.ok ? [] : parsed.problems.map((p) => p.path)).toContain(path);
  });

  it('refuses ranges that repeat', () => {
    const data = sound();
    data.ranges = { ...data.ranges, ipv4: 3, starts: btoa('\0\x08\0\x08\0\x09') };
    expect(parseThreats(data)).toMatchObject({ ok: false, problems: [{ path: 'ranges' }] });
  });

  it('refuses more rows than the limit', () => {
    const data = sound();
    const { singles, counts } = JSON.parse(full(THREAT_LIMIT - 3));
    const { ranges } = data;
    const more = { log_only: THREAT_LIMIT - 1, rate_limit: 1 };
    expect(counts.log_only).toBe(THREAT_LIMIT - 3);
    expect(parseThreats({ ...data, singles, ranges, counts: { ...counts, ...more } }).ok).toBe(true);
    const one = JSON.parse(full(THREAT_LIMIT - 2));
    expect(parseThreats({ ...data, singles: one.singles, ranges, counts: { ...counts, ...more } })).toMatchObject({
      problems: [{ message: expect.stringContaining('150000') }],
    });
  });

  it('never throws, whatever it is given', () => {
    fc.assert(fc.property(fc.anything(), (data) => typeof parseThreats(data).ok === 'boolean'));
    const bytes = fc.uint8Array({ maxLength: 60 }).map((b) => btoa(String.fromCharCode(...b)));
    const columns = { starts: bytes, scores: bytes, tiers: bytes };
    const hostile = fc.record({
      at: fc.nat(),
      origin: fc.constant('live'),
      counts: fc.record({ log_only: fc.nat(9), rate_limit: fc.nat(9), challenge: fc.nat(9), block: fc.nat(9) }),
      leftOut: fc.nat(),
      singles: fc.record({ blocks: bytes, low: bytes, scores: bytes, tiers: bytes }),
      ranges: fc.record({ ipv4: fc.nat(9), ...columns }),
      allow: fc.array(fc.record({ note: fc.string(), ranges: fc.array(fc.oneof(fc.string(), fc.ipV6(), ipv4)) })),
    });
    fc.assert(
      fc.property(hostile, (data) => typeof parseThreats(data).ok === 'boolean'),
      { numRuns: 1000 },
    );
  });

  it('makes a sound index or none of tables in which a byte was changed', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom('blocks', 'low', 'starts'), fc.nat(255), (at, column, value) => {
        const data = sound();
        const table = column === 'starts' ? data.ranges : data.singles;
        const chars = atob(table[column]).split('');
        chars[at % chars.length] = String.fromCharCode(value);
        table[column] = btoa(chars.join(''));
        const parsed = parseThreats(data);
        if (!parsed.ok) return;
        const { singles, ranges } = parsed.value;
        expect(singles.starts[0]).toBe(0);
        expect(singles.starts[65_536]).toBe(singles.low.length);
        expect(singles.scores).toHaveLength(singles.low.length);
        const addresses = addressesOf(parsed.value);
        expect(addresses).toEqual([...new Set(addresses)].sort((a, b) => a - b));
        for (const { high, low } of [ranges[4], ranges[6]]) {
          for (let i = 1; i < high.length; i += 1) {
            expect(high[i]! > high[i - 1]! || (high[i] === high[i - 1] && low[i]! > low[i - 1]!)).toBe(true);
          }
        }
      }),
    );
  });
});

const IPSUM = '../shared/feeds/ipsum.txt';

describe.skipIf(!existsSync(IPSUM))('the IPsum snapshot (skipped where ../shared/feeds is absent)', () => {
  it('goes through whole: 100,000 addresses in under 1 MB on the wire and in memory', () => {
    const rows = readFileSync(IPSUM, 'utf8')
      .split('\n')
      .filter((line) => /^\d/.test(line))
      .map((line) => line.split('\t'))
      .map(([ip = '', lists = '1']) => ({ address: readIpv4(ip), score: Math.floor(255 * (1 - 0.7 ** Number(lists))) }))
      .toSorted((a, b) => a.address - b.address);
    expect(rows.length).toBeGreaterThan(120_000);
    const size = rows.length;
    const tier = Uint8Array.from(rows, ({ score }) => (score >= 204 ? 3 : score >= 153 ? 2 : score >= 102 ? 1 : 0));
    const text = writeThreats({
      ...threatInput([]),
      ipv4: size,
      high: Uint32Array.from(rows, ({ address }) => address),
      low: new Uint32Array(size),
      prefix: new Uint8Array(size).fill(32),
      score: Uint8Array.from(rows, ({ score }) => score),
      tier,
    });
    expect((text.length * 100_000) / size).toBeLessThan(1_000_000);
    const index = read(text);
    const { starts, low, scores, tiers } = index.singles;
    expect(low).toHaveLength(size);
    const memory = [low, scores, tiers].reduce((sum, table) => sum + table.byteLength, 0);
    expect(starts.byteLength + (memory * 100_000) / size).toBeLessThan(1_000_000);
    expect(addressesOf(index)).toEqual(rows.map(({ address }) => address));
    for (const [i, { address, score }] of rows.entries()) {
      const found = findThreat(index, { family: 4, high: address, low: 0, key: '' });
      if (found !== tier[i]! * 256 + score) throw new Error(`row ${i} differs`);
    }
  });
});

/** A release of so many single addresses. */
function full(size: number): string {
  const high = Uint32Array.from({ length: size }, (_, i) => i * 7);
  const prefix = new Uint8Array(size).fill(32);
  const columns = { high, low: new Uint32Array(size), prefix, score: prefix, tier: new Uint8Array(size) };
  return writeThreats({ ...threatInput([]), ipv4: size, ...columns });
}

function sound() {
  return JSON.parse(
    threatRelease(
      [
        { range: '192.0.2.1', score: 200, tier: 'block' },
        { range: '192.0.2.9', score: 100, tier: 'challenge' },
        { range: '198.51.100.0/24', score: 90, tier: 'rate_limit' },
        { range: '2001:db8::/32', score: 80, tier: 'log_only' },
        { range: '2001:db8:1::/48', score: 80, tier: 'log_only' },
      ],
      [{ range: '10.0.0.0/8', note: 'private' }],
    ),
  );
}

/** The 64 bits by which an IPv6 client is known, or the 32 of an IPv4 one. */
function bitsOf(ip: string): string {
  const { family, high, low } = readAddress(ip);
  const upper = high.toString(2).padStart(32, '0');
  return family === 4 ? upper : upper + low.toString(2).padStart(32, '0');
}

/** All single addresses of an index, in its order. */
function addressesOf({ singles }: ThreatIndex): number[] {
  const addresses: number[] = [];
  for (let block = 0; block < 65_536; block += 1) {
    for (let i = singles.starts[block]!; i < singles.starts[block + 1]!; i += 1) {
      addresses.push(block * 65_536 + singles.low[i]!);
    }
  }
  return addresses;
}

/** The starts of three ranges, the first of which is one of IPv4. */
function oneRange(start: number, prefix: number): string {
  return btoa(String.fromCharCode(start, prefix, 1, 0, 32, 1, 0, 48));
}
