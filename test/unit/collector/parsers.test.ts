import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ROW_LIMIT } from '../../../src/actors/collector/feed-rows.ts';
import { writePrefix } from '../../../src/actors/collector/prefix.ts';
import { FeedReader, type ReadFeed } from '../../../src/actors/collector/read-feed.ts';
import type { FeedFormat, SourceRole } from '../../../src/actors/contracts.ts';

interface Reading {
  readonly format: FeedFormat;
  readonly column?: string;
  readonly role?: SourceRole;
  readonly now?: number;
}

/** Reads `text` in pieces of `size` bytes. */
function read(text: string | Uint8Array, { format, column, role = 'threat', now = 0 }: Reading, size = 64): ReadFeed {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const reader = new FeedReader({ format, role, ...(column !== undefined && { column }) }, now);
  for (let at = 0; at < bytes.length; at += size) reader.take(bytes.subarray(at, at + size));
  return reader.finish('text/plain');
}

function rangesOf({ copy }: ReadFeed): readonly string[] {
  return Array.from(copy.high, (high, row) =>
    writePrefix(row < copy.ipv4 ? 4 : 6, high, copy.low[row]!, copy.prefix[row]!),
  );
}

const confidencesOf = ({ copy }: ReadFeed) => Array.from(copy.confidence, (byte) => byte / 255);

describe('plain lists', () => {
  test('have comments of two kinds, ranges, both families; what is no address is counted', () => {
    const text = [
      '# a comment',
      '; another',
      '',
      '  9.9.9.9  ',
      '45.0.0.0/24 ; with a note',
      '45.0.0.77/24#the same, host bits set',
      '2600:1:2:3::77',
      '::ffff:9.9.9.10',
      'not an address',
      '300.1.1.1',
      '010.1.1.1',
      '9.9.9.9 9.9.9.8',
      '4.0.0.0/7',
      '2600::/11',
    ].join('\n');
    const feed = read(text, { format: 'plain' });
    expect(rangesOf(feed)).toEqual(['9.9.9.9', '9.9.9.10', '45.0.0.0/24', '2600:1:2:3::/64']);
    expect(feed.received.unreadable).toBe(6);
  });

  test('read the same in pieces of any size, with CRLF and with a byte order mark', () => {
    fc.assert(
      fc.property(
        fc.array(fc.ipV4(), { maxLength: 20 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom('\n', '\r\n'),
        fc.constantFrom('', '\uFEFF'),
        fc.boolean(),
        (addresses, size, end, mark, ended) => {
          const text = mark + addresses.join(end) + (ended ? end : '');
          const feed = read(text, { format: 'plain' }, size);
          expect(new Set(rangesOf(feed))).toEqual(new Set(addresses));
          expect(feed.received.unreadable).toBe(0);
        },
      ),
    );
  });

  test('hold nothing of a line without end, and go on behind it', () => {
    const feed = read(`${'x'.repeat(1_000_000)}\n9.9.9.9\n${'y'.repeat(5000)}\n9.9.9.8`, { format: 'plain' }, 1000);
    expect(rangesOf(feed)).toEqual(['9.9.9.8', '9.9.9.9']);
    expect(feed.received.unreadable).toBe(2);
  });

  test('bytes that are no text are unreadable rows and nothing worse', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        for (const format of ['plain', 'ipsum', 'ndjson', 'dshield', 'csv', 'stix', 'prefixes'] as const)
          read(bytes, { format }, 7);
      }),
    );
  });

  test('past the limit are counted and not kept', () => {
    let text = '';
    for (let i = 0; i < ROW_LIMIT + 3; i += 1) text += `45.${i >> 16}.${(i >> 8) & 255}.${i & 255}\n`;
    const feed = read(text, { format: 'plain' }, 65_536);
    expect(feed.received).toMatchObject({ rows: ROW_LIMIT, overflow: 3 });
  });
});

test('IPsum: the number of lists gives the confidence, 1 - 0.7^n', () => {
  const feed = read('# IPsum\n9.9.9.1\t1\n9.9.9.2\t2\r\n9.9.9.7\t7\n9.9.9.8\n9.9.9.9\tmany\n', { format: 'ipsum' });
  expect(rangesOf(feed)).toEqual(['9.9.9.1', '9.9.9.2', '9.9.9.7']);
  for (const [i, expected] of [0.3, 0.51, 0.9176].entries()) expect(confidencesOf(feed)[i]).toBeCloseTo(expected, 2);
  expect(feed.received.unreadable).toBe(2);
});

test('of a row that comes twice the higher confidence stays', () => {
  const feed = read('9.9.9.1\t1\n9.9.9.1\t7\n9.9.9.1\t2\n', { format: 'ipsum' });
  expect(rangesOf(feed)).toEqual(['9.9.9.1']);
  expect(confidencesOf(feed)[0]).toBeCloseTo(0.918, 2);
});

test('NDJSON: the range under its key; the metadata line is no row', () => {
  const text = [
    '{"cidr":"45.10.16.0/20","sblid":"SBL256894","rir":"apnic"}',
    '{"ip":"9.9.9.9"}',
    '{"type":"metadata","records":2}',
    '[1]',
    '{"cidr":7}',
    '{"cidr":"45.1.',
  ].join('\n');
  const feed = read(text, { format: 'ndjson' });
  expect(rangesOf(feed)).toEqual(['9.9.9.9', '45.10.16.0/20']);
  expect(feed.received.unreadable).toBe(3);
  expect(rangesOf(read('{"net":"9.9.9.8"}\n', { format: 'ndjson', column: 'net' }))).toEqual(['9.9.9.8']);
});

test('DShield: start and length of the prefix', () => {
  const head = '# DShield\nStart\tEnd\tNetblock\tAttacks\n';
  const feed = read(`${head}45.1.2.0\t45.1.2.255\t24\t900\tEXAMPLE\n45.1.3.0\t45.1.3.255\n`, { format: 'dshield' });
  expect(rangesOf(feed)).toEqual(['45.1.2.0/24']);
  expect(feed.received.unreadable).toBe(1);
});

test('CSV: a column by name or number, with quotes', () => {
  const text =
    '# made today\n"first seen","dst_ip",note\n"2026-01-01","9.9.9.9","a, ""b"""\n2026-01-02,9.9.9.8,\n2026-01-03\n';
  const byName = read(text, { format: 'csv', column: 'DST_IP' });
  expect(rangesOf(byName)).toEqual(['9.9.9.8', '9.9.9.9']);
  expect(byName.received.unreadable).toBe(1);
  const byNumber = read('x,9.9.9.7\n', { format: 'csv', column: '2' });
  expect(rangesOf(byNumber)).toEqual(['9.9.9.7']);
  expect(read(text, { format: 'csv', column: 'none' }).received).toMatchObject({ rows: 0 });
});

const indicator = (pattern: string, rest: object = {}) => ({
  type: 'indicator',
  id: 'indicator--1',
  pattern,
  ...rest,
});

describe('documents', () => {
  const crawlers = JSON.stringify(
    {
      creationTime: 'today',
      prefixes: [{ ipv4Prefix: '66.249.64.0/27' }, { ipv6Prefix: '2001:4860:4801:10::/64' }, { x: 1 }],
    },
    null,
    2,
  );

  test('crawlers’ prefixes are read, in pieces of any size', () => {
    for (const size of [1, 7, 4096]) {
      const feed = read(crawlers, { format: 'prefixes', role: 'allow' }, size);
      expect(rangesOf(feed)).toEqual(['66.249.64.0/27', '2001:4860:4801:10::/64']);
      expect(feed.received).toMatchObject({ unreadable: 1, whole: true });
    }
  });

  test('one that breaks off, or is none, is not whole', () => {
    for (let cut = 1; cut < crawlers.length - 1; cut += 9)
      expect(read(crawlers.slice(0, cut), { format: 'prefixes' }).received.whole).toBe(false);
    for (const text of ['', 'oops', '}{', '[[[[', '{"a":[{}}]'])
      expect(read(text, { format: 'prefixes' }).received.whole).toBe(false);
  });

  test('what spares a continent is not believed of a crawler’s list', () => {
    const text = JSON.stringify({ prefixes: [{ ipv4Prefix: '66.0.0.0/8' }, { ipv4Prefix: '66.249.64.0/19' }] });
    expect(rangesOf(read(text, { format: 'prefixes', role: 'allow' }))).toEqual(['66.249.64.0/19']);
    expect(rangesOf(read(text, { format: 'prefixes' }))).toHaveLength(2);
  });

  test('STIX: indicators in force whose pattern is an address, or some joined by OR', () => {
    const at = Date.parse('2026-06-01T00:00:00Z');
    const bundle = {
      type: 'bundle',
      objects: [
        { type: 'identity', name: 'x "{[' },
        indicator("[ipv4-addr:value = '9.9.9.1']", { confidence: 40 }),
        indicator("[ipv4-addr:value = '9.9.9.2' OR ipv4-addr:value = '9.9.9.3']"),
        indicator("[ipv4-addr:value = '9.9.9.4'] OR [ipv6-addr:value = '2600::1']"),
        indicator("[ipv4-addr:value ISSUBSET '45.0.0.0/16']"),
        indicator("[ipv4-addr:value = '9.9.9.5' AND network-traffic:dst_port = 25]"),
        indicator("[domain-name:value = 'a.example']"),
        indicator("[ipv4-addr:value = '9.9.9.6']", { revoked: true }),
        indicator("[ipv4-addr:value = '9.9.9.7']", { valid_until: '2026-05-01T00:00:00Z' }),
        indicator("[ipv4-addr:value = '9.9.9.8']", { valid_from: '2026-07-01T00:00:00Z' }),
        indicator("[ipv4-addr:value != '9.9.9.9']"),
      ],
    };
    const feed = read(JSON.stringify(bundle), { format: 'stix', now: at }, 33);
    expect(rangesOf(feed)).toEqual(['9.9.9.1', '9.9.9.2', '9.9.9.3', '9.9.9.4', '45.0.0.0/16', '2600::/64']);
    expect(confidencesOf(feed)[0]).toBeCloseTo(0.4, 2);
    expect(feed.received).toMatchObject({ unreadable: 0, whole: true });
  });
});
