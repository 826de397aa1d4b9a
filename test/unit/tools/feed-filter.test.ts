import { expect, test } from 'vitest';
import type { NumberedEvent } from '../../../src/actors/contracts.ts';
import {
  passes,
  readFilters,
  readTyped,
  withFilter,
  withoutFilter,
  writeFilters,
} from '../../../src/dashboard/views/traffic/filter.ts';

const event: NumberedEvent = {
  n: 1,
  id: 'id',
  kind: 'request',
  at: 1,
  outcome: 'block',
  reason: '',
  seq: 0,
  ruleIds: ['sqli-union', 'xss-tag'],
  request: { method: 'GET', host: 'shop', path: '/search?q=%2Fadmin', route: 'all', userAgent: '' },
};
const shown = (query: string) => passes(event, readFilters(new URLSearchParams(query)));

test('values of one field widen, fields narrow, and what is left out is out', () => {
  expect(shown('')).toBe(true);
  expect(shown('outcome=log&outcome=block')).toBe(true);
  expect(shown('outcome=block&rule=other')).toBe(false);
  expect(shown('rule=other&rule=xss-tag')).toBe(true);
  expect(shown('outcome=block&not-rule=xss-tag')).toBe(false);
  expect(shown('country=DE')).toBe(false);
  expect(shown('not-country=DE')).toBe(true);
});

test('a path is met by a part of it, and its query is no part', () => {
  expect(shown('path=/SEAR')).toBe(true);
  expect(shown('path=admin')).toBe(false);
});

test('the address of the page holds the filters, whatever is in them, and nothing else', () => {
  const filters = readFilters(new URLSearchParams('event=3&path=%26%3D%3Cb%3E&not-asn=64500&ip=&not-event=4'));
  expect(filters).toEqual([
    { field: 'path', value: '&=<b>', not: false },
    { field: 'asn', value: '64500', not: true },
  ]);
  expect(readFilters(writeFilters(filters))).toEqual(filters);
  const many = new URLSearchParams(Array.from({ length: 90 }, (_, i) => `rule=r${i}`).join('&'));
  expect(readFilters(many)).toHaveLength(20);
});

test('what is typed is read as a field and value, an address, a network, or a part of a path', () => {
  expect(readTyped('country:DE')).toEqual({ field: 'country', value: 'DE', not: false });
  expect(readTyped(' -rule:942100 ')).toEqual({ field: 'rule', value: '942100', not: true });
  expect(readTyped('AS64500')).toEqual({ field: 'asn', value: '64500', not: false });
  expect(readTyped('asn:AS64500')).toEqual({ field: 'asn', value: '64500', not: false });
  expect(readTyped('203.0.113.7')).toEqual({ field: 'ip', value: '203.0.113.7', not: false });
  expect(readTyped('2001:db8::1')).toEqual({ field: 'ip', value: '2001:db8::1', not: false });
  expect(readTyped('ip:2001:db8::1')).toEqual({ field: 'ip', value: '2001:db8::1', not: false });
  expect(readTyped('wp-login')).toEqual({ field: 'path', value: 'wp-login', not: false });
  expect([readTyped(''), readTyped('-'), readTyped('rule:')]).toEqual([null, null, null]);
});

test('to leave out what was asked for replaces it', () => {
  const asked = { field: 'country', value: 'DE', not: false } as const;
  expect(withFilter([asked], { ...asked, not: true })).toEqual([{ ...asked, not: true }]);
  expect(withFilter([asked], asked)).toEqual([asked]);
  expect(withoutFilter([asked], { ...asked, not: true })).toEqual([]);
});
