import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { AuditMark, AuditNote } from '../../../src/actors/contracts.ts';
import {
  CHAIN_START,
  fitNote,
  followChain,
  hasRoomForMinor,
  linkHash,
  MINOR_LIMIT,
  minorKind,
  MINOR_WINDOW_MS,
  showEntry,
  storeNote,
  type StoredEntry,
} from '../../../src/actors/registry/audit-chain.ts';

const note = (over: Partial<AuditNote> = {}): AuditNote => ({
  id: 'r1',
  at: 1000,
  who: 'bootstrap',
  name: '',
  via: 'key',
  client: '192.0.2.1',
  operation: 'block',
  target: '198.51.100.7',
  before: null,
  after: { range: '198.51.100.7', until: null },
  outcome: 'done',
  ...over,
});

async function chain(length: number, from: AuditMark = CHAIN_START): Promise<StoredEntry[]> {
  const entries: StoredEntry[] = [];
  let mark = from;
  for (let i = 0; i < length; i += 1) {
    const n = mark.n + 1;
    const stored = storeNote(note({ id: `r${n}`, at: 1000 + n }));
    mark = { n, hash: await linkHash(mark.hash, n, stored) };
    entries.push({ ...stored, ...mark });
  }
  return entries;
}

test('a hash can be reckoned by whoever has the list', async () => {
  const [first, second] = await chain(2);
  if (first === undefined || second === undefined) throw new Error('no chain');
  const { previous, n, id, at, who, name, via, client, operation, target, before, after, outcome, hash } = showEntry(
    second,
    first.hash,
  );
  const texts = [before, after].map((facts) => (facts === null ? null : JSON.stringify(facts)));
  const link = JSON.stringify([previous, n, id, at, who, name, via, client, operation, target, ...texts, outcome]);
  expect(createHash('sha256').update(link).digest('hex')).toBe(hash);
  expect(previous).toBe(first.hash);
});

test('a chain that is whole is followed to its end, also from an anchor in the middle', async () => {
  const entries = await chain(5);
  const end = { n: 5, hash: entries[4]?.hash };
  expect(await followChain(CHAIN_START, entries)).toEqual({ ok: true, mark: end });
  const anchor = { n: 3, hash: entries[2]?.hash ?? '' };
  expect(await followChain(anchor, entries.slice(3))).toEqual({ ok: true, mark: end });
  expect(await followChain(CHAIN_START, [])).toEqual({ ok: true, mark: CHAIN_START });
});

test.each<[string, (entries: StoredEntry[]) => StoredEntry[], number]>([
  ['altered', (entries) => entries.map((entry) => (entry.n === 3 ? { ...entry, who: 'somebody else' } : entry)), 3],
  ['altered in its facts', (entries) => entries.map((entry) => (entry.n === 3 ? { ...entry, after: '{}' } : entry)), 3],
  ['taken out', (entries) => entries.filter((entry) => entry.n !== 3), 3],
  [
    'taken out, and the others numbered anew',
    (entries) => entries.filter((e) => e.n !== 3).map((e, i) => ({ ...e, n: i + 1 })),
    3,
  ],
  ['put in twice', (entries) => entries.flatMap((entry) => (entry.n === 3 ? [entry, entry] : [entry])), 4],
  ['exchanged with its neighbour', ([a, b, c, d, e]) => [a, b, d, c, e].filter((x) => x !== undefined), 3],
])('an entry that is %s is found, by its number', async (_, spoil, broken) => {
  expect(await followChain(CHAIN_START, spoil(await chain(5)))).toEqual({ ok: false, broken });
});

test('an entry that was altered with its hash is found at the next', async () => {
  const entries = await chain(5);
  const third = entries[2];
  if (third === undefined) throw new Error('no third');
  const forged = { ...third, target: 'elsewhere' };
  entries[2] = { ...forged, hash: await linkHash(entries[1]?.hash ?? '', 3, forged) };
  expect(await followChain(CHAIN_START, entries)).toEqual({ ok: false, broken: 4 });
});

test('what is too long is cut, and shows it', () => {
  const fitted = fitNote(note({ target: 'x'.repeat(10_000), after: { note: 'y'.repeat(10_000) } }));
  expect(fitted.target).toHaveLength(200);
  expect(fitted.target.endsWith('…')).toBe(true);
  expect(JSON.stringify(fitted).length).toBeLessThan(2000);
  expect(Object.keys(fitted.after ?? {})).toEqual(['cut']);
  expect(fitNote(note())).toEqual(note());
});

test('facts that somebody spoilt in the storage do not keep the log from being read', async () => {
  const [entry] = await chain(1);
  if (entry === undefined) throw new Error('no entry');
  expect(showEntry({ ...entry, after: '{"half' }, '').after).toEqual({ unreadable: '{"half' });
});

test('refusals and sign-ins have so much room in an hour, what was done is never left out', () => {
  expect(minorKind(note({ outcome: 'refused' }))).toBe('holder');
  expect(minorKind(note({ operation: 'signIn' }))).toBe('holder');
  expect(minorKind(note({ operation: 'signIn', who: 'unknown', outcome: 'refused' }))).toBe('stranger');
  expect(minorKind(note())).toBeNull();
  const full = Array.from({ length: MINOR_LIMIT }, (_, i) => i);
  expect(hasRoomForMinor(full.slice(1), 100)).toBe(true);
  expect(hasRoomForMinor(full, 100)).toBe(false);
  expect(hasRoomForMinor(full, MINOR_WINDOW_MS)).toBe(true);
});
