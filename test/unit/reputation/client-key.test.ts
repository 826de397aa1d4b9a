import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clientKey,
  namesOneClient,
  readAddress,
  UNKNOWN_CLIENT,
  WORKER_CLIENT,
} from '../../../src/edge/reputation/client-key.ts';

/** The text of a 128-bit address given by its halves. */
const write = (high: bigint, low: bigint): string =>
  (high * 2n ** 64n + low)
    .toString(16)
    .padStart(32, '0')
    .replace(/.{4}(?!$)/g, '$&:');

describe('the client key', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8::/64'],
    ['::1', '::/64'],
  ])('of %s is %s', (ip, key) => {
    expect(clientKey(ip)).toBe(key);
  });

  it.each([
    '',
    ' ',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1..2.3',
    '1.2.3.4 ',
    '0x7f.0.0.1',
    '127.1',
    '::g',
    'fe80::1%eth0',
    '1.2.3.4, 5.6.7.8',
    'unknown',
    ':'.repeat(1000),
  ])('of %j is the unknown client', (ip) => {
    expect(clientKey(ip)).toBe(UNKNOWN_CLIENT);
    expect(namesOneClient(clientKey(ip))).toBe(false);
  });

  it('is shared and nameless for the address of all Cloudflare Workers, in every spelling', () => {
    for (const ip of ['2a06:98c0:3600::103', '2A06:98C0:3600:0000:0:0:0:0103']) {
      expect(clientKey(ip)).toBe(WORKER_CLIENT);
      expect(namesOneClient(clientKey(ip))).toBe(false);
      expect(readAddress(ip).family).toBe(0);
    }
    expect(clientKey('2a06:98c0:3600::104')).toBe('2a06:98c0:3600::/64');
  });

  it('is the same for an IPv4 address and its mapped IPv6 form', () => {
    fc.assert(
      fc.property(fc.ipV4(), (ip) => {
        expect(clientKey(ip)).toBe(ip);
        expect(readAddress(`::ffff:${ip}`)).toEqual(readAddress(ip));
      }),
    );
  });

  it('is the same for all addresses of a /64, and another for the next /64', () => {
    const half = fc.bigInt(0n, 0xffffffffffffffffn);
    fc.assert(
      // The lowest network would also hold the mapped IPv4 addresses.
      fc.property(fc.bigInt(1n, 0xfffffffffffffffen), half, half, (network, a, b) => {
        expect(clientKey(write(network, a))).toBe(clientKey(write(network, b)));
        expect(clientKey(write(network, a))).not.toBe(clientKey(write(network + 1n, a)));
      }),
    );
  });

  it('never throws and is bounded, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (ip) => clientKey(ip).length <= 45));
  });
});
