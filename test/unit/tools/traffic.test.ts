import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { clientAddress } from '../../../scripts/traffic/clients.ts';
import { builtInShot } from '../../../scripts/traffic/mix.ts';
import { fireAt, type Landing } from '../../../scripts/traffic/open-loop.ts';
import { quantile } from '../../../scripts/traffic/quantile.ts';
import { Tally } from '../../../scripts/traffic/tally.ts';

test('a quantile is the nearest rank', () => {
  const sample = [5, 1, 4, 2, 3];
  expect([0, 0.5, 0.99, 1].map((q) => quantile(sample, q))).toEqual([1, 3, 5, 5]);
  expect(quantile([], 0.5)).toBe(0);
});

test('made-up clients are all different and public', () => {
  const addresses = Array.from({ length: 100_000 }, (_, i) => clientAddress(i));
  expect(new Set(addresses).size).toBe(addresses.length);
  expect(
    addresses.every((address) => /^(?:2[0-9]|[3-8][0-9])(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}$/.test(address)),
  ).toBe(true);
});

test('a tenth of the built-in mix attacks', () => {
  const labels = Array.from({ length: 1000 }, (_, i) => builtInShot(i, i / 1000, 'http://localhost').label);
  expect(labels.filter((label) => label === 'attack')).toHaveLength(100);
});

test('the open loop keeps its pace, tells of each request, and counts a dead target as errors', async () => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.setHeader('x-edgeshield-decision', 'allow');
    response.end('ok');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const landings: Landing[] = [];
  const fire = () =>
    fireAt(
      url,
      { rate: 200, seconds: 0.2 },
      (index) => ({ method: 'GET', path: `/a%2Fb?i=${index}`, headers: {} }),
      (landing) => landings.push(landing),
    );
  await fire();
  expect(seen).toHaveLength(40);
  expect(seen[0]).toBe('GET /a%2Fb?i=0');
  expect(landings.every(({ status }) => status === 200)).toBe(true);
  await new Promise((resolve) => {
    server.close(resolve);
  });
  landings.length = 0;
  await fire();
  expect(landings).toHaveLength(40);
  expect(landings.every(({ status, error }) => status === 0 && error !== undefined)).toBe(true);
});

const shot = (label: 'attack' | 'benign') => ({ label, category: 'c', method: 'GET', path: '/', headers: {} });
const landing = (outcome: string): Landing => ({ status: 200, headers: { 'x-edgeshield-decision': outcome }, ms: 2 });

test('a tally tells outcomes against labels; a rate refusal contradicts none', () => {
  const tally = new Tally();
  for (const outcome of ['block', 'challenge', 'limit', 'allow', 'log']) {
    tally.add(shot('attack'), landing(outcome));
    tally.add(shot('benign'), landing(outcome));
  }
  tally.add(shot('benign'), { status: 0, headers: {}, ms: 1, error: 'refused' });
  const report = tally.report();
  expect(report.answered).toBe(10);
  expect(report.errors).toEqual({ refused: 1 });
  expect(report.mismatches.examples.map(({ label, outcome }) => `${label} ${outcome}`)).toEqual([
    'benign block',
    'benign challenge',
    'attack allow',
    'attack log',
  ]);
});

test('a recorded request that is no valid HTTP is told of, and the others go on', async () => {
  const landings: Landing[] = [];
  await fireAt(
    'http://127.0.0.1:9',
    { rate: 100, seconds: 0.02 },
    (index) => ({ method: 'GET', path: '/', headers: index === 0 ? { 'get /x': 'y' } : {} }),
    (landing) => landings.push(landing),
  );
  expect(landings).toHaveLength(2);
  expect(landings.filter(({ error }) => error?.includes('no valid HTTP'))).toHaveLength(1);
});
