import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BLOCKLIST_LIMIT,
  compileBlocklist,
  findBlock,
  parseBlocklist,
} from '../../../src/edge/reputation/blocklist.ts';
import { readAddress } from '../../../src/edge/reputation/client-key.ts';
import { hashClient, isWatched, parseWatchlist, writeWatchlist } from '../../../src/edge/reputation/watchlist.ts';

const entry = (range: string, until?: number) => ({
  range,
  reason: 'test',
  since: 0,
  source: 'operator',
  ...(until === undefined ? {} : { until }),
});

const fill = (n: number) => Array.from({ length: n }, (_, i) => entry(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`));

describe('the blocklist', () => {
  it('blocks by address and by range until the time is up', () => {
    const parsed = parseBlocklist({ entries: [entry('192.0.2.0/24', 100), entry('2001:db8:0:1::/64')] });
    if (!parsed.ok) throw new Error('refused');
    const list = compileBlocklist(parsed.value);
    expect(findBlock(list, readAddress('192.0.2.9'), 99)?.range).toBe('192.0.2.0/24');
    expect(findBlock(list, readAddress('192.0.2.9'), 100)).toBeNull();
    expect(findBlock(list, readAddress('2001:db8:0:1:ffff::'), 1e15)?.range).toBe('2001:db8:0:1::/64');
    expect(findBlock(list, readAddress('2001:db8:0:2::'), 0)).toBeNull();
  });

  it('blocks a network by its number, after ranges, and never the address that all Workers share', () => {
    const parsed = parseBlocklist({ entries: [entry('AS64500', 100), entry('192.0.2.0/24'), entry('AS64501')] });
    if (!parsed.ok) throw new Error('refused');
    const list = compileBlocklist(parsed.value);
    const address = readAddress('198.51.100.1');
    expect(findBlock(list, address, 99, 64_500)?.range).toBe('AS64500');
    expect(findBlock(list, address, 100, 64_500)).toBeNull();
    expect(findBlock(list, address, 1e15, 64_501)?.range).toBe('AS64501');
    expect(findBlock(list, address, 0, 64_502)).toBeNull();
    expect(findBlock(list, address, 0)).toBeNull();
    expect(findBlock(list, readAddress('192.0.2.9'), 0, 64_501)?.range).toBe('192.0.2.0/24');
    expect(findBlock(list, readAddress('2a06:98c0:3600::103'), 0, 64_501)).toBeNull();
  });

  it.each(['as64500', 'AS064500', 'AS0', 'AS4294967296', 'AS', 'AS1x'])('does not hold %s for a network', (text) => {
    expect(parseBlocklist({ entries: [entry(text)] }).ok).toBe(false);
  });

  it.each([
    [{ entries: [entry('192.0.2.1/24')] }, 'entries.0.range'],
    [{ entries: [entry('0.0.0.0/0')] }, 'entries.0.range'],
    [{ entries: [entry('192.0.2.1'), entry('192.0.2.1')] }, 'entries'],
    [{ entries: [{ ...entry('192.0.2.1'), since: -1 }] }, 'entries.0.since'],
    [{}, 'entries'],
    [null, ''],
  ])('refuses %j and says where', (data, path) => {
    const parsed = parseBlocklist(data);
    expect(parsed.ok ? [] : parsed.problems.map((p) => p.path)).toContain(path);
  });

  it('takes as many entries as its limit and not one more', () => {
    expect(parseBlocklist({ entries: fill(BLOCKLIST_LIMIT) }).ok).toBe(true);
    expect(parseBlocklist({ entries: fill(BLOCKLIST_LIMIT + 1) }).ok).toBe(false);
  });
});

describe('the watchlist', () => {
  it('holds every client that was written into it, whatever their order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.ipV4(), { maxLength: 200 }), (clients) => {
        const body = writeWatchlist(clients);
        expect(writeWatchlist(clients.toReversed())).toBe(body);
        const parsed = parseWatchlist(JSON.parse(body));
        if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
        const hashes = new Set(clients.map(hashClient));
        for (const client of clients) expect(isWatched(parsed.value, client)).toBe(true);
        for (let i = 0; i < 50; i += 1) {
          const other = `198.18.0.${i}`;
          expect(isWatched(parsed.value, other)).toBe(hashes.has(hashClient(other)));
        }
      }),
    );
  });

  it('spreads neighbouring addresses over all 32 bits', () => {
    const hashes = Array.from({ length: 65_536 }, (_, i) => hashClient(`10.0.${i >> 8}.${i & 255}`));
    // 65,536 draws from 2^32: half a collision expected; a hash that clumps has hundreds.
    expect(new Set(hashes).size).toBeGreaterThan(65_530);
    const buckets = Array.from({ length: 64 }, () => 0);
    for (const hash of hashes) buckets[hash >>> 26] = (buckets[hash >>> 26] ?? 0) + 1;
    // 1,024 each expected, standard deviation 32.
    for (const n of buckets) expect(Math.abs(n - 1024)).toBeLessThan(200);
  });

  it.each([
    {},
    { hashes: 1 },
    { hashes: '!' },
    { hashes: btoa('abc') },
    { hashes: btoa('\x02\0\0\0\x01\0\0\0') },
    { hashes: btoa('\x01\0\0\0\x01\0\0\0') },
  ])('refuses %j', (data) => {
    expect(parseWatchlist(data).ok).toBe(false);
  });

  it('may be empty', () => {
    const parsed = parseWatchlist(JSON.parse(writeWatchlist([])));
    expect(parsed.ok && isWatched(parsed.value, '192.0.2.1')).toBe(false);
    expect(parsed.ok).toBe(true);
  });
});
