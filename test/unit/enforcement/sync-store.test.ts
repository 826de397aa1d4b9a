import { describe, expect, test } from 'vitest';
import { EMPTY_LIST, packList } from '../../../src/actors/enforcement/mirror.ts';
import type { PlanWork } from '../../../src/actors/enforcement/plan-work.ts';
import { beginApply } from '../../../src/actors/enforcement/sync-jobs.ts';
import { NEW_SYNC, type SyncState } from '../../../src/actors/enforcement/sync-state.ts';
import { RowStore } from '../../../src/actors/enforcement/sync-store.ts';

function rowsOf() {
  const rows = new Map<string, string>();
  const written: string[] = [];
  const port = {
    read: (name: string) => rows.get(name) ?? null,
    write: (name: string, text: string) => {
      rows.set(name, text);
      written.push(name);
    },
    remove: (name: string) => void rows.delete(name),
  };
  return { rows, written, port };
}

const packed = (n: number) => ({ n, ipv4: n, data: 'A'.repeat(n) });
const work: PlanWork = {
  empty: false,
  sources: ['ipsum'],
  lists: [{ tier: 'block', additions: packed(40), removals: packed(0) }],
};

describe('where the state is kept', () => {
  const withMirror: SyncState = { ...NEW_SYNC, mirrors: { block: packList(EMPTY_LIST) } };
  const state = beginApply(withMirror, work, { id: 'a', now: 1 });

  test('a new process finds what the last one saved', () => {
    const { port } = rowsOf();
    expect(new RowStore(port).load()).toBeNull();
    new RowStore(port).save(state);
    expect(new RowStore(port).load()).toEqual(state);
  });

  test('only what has changed is written', () => {
    const { port, written } = rowsOf();
    const store = new RowStore(port);
    store.save(state);
    written.length = 0;
    store.save({ ...state, failures: 1 });
    expect(written).toEqual(['core:0']);
    const again = new RowStore(port);
    const loaded = again.load();
    if (loaded === null) throw new Error('nothing stored');
    written.length = 0;
    again.save({ ...loaded, failures: 2 });
    expect(written).toEqual(['core:0']);
  });

  test('what does not fit into a row takes several, and gives them back', () => {
    const { port, rows } = rowsOf();
    const store = new RowStore(port);
    const large = beginApply(
      withMirror,
      { ...work, lists: [{ ...work.lists[0]!, additions: packed(2_500_000) }] },
      { id: 'b', now: 1 },
    );
    store.save(large);
    expect(new RowStore(port).load()).toEqual(large);
    expect(Math.max(...[...rows.values()].map((text) => text.length))).toBeLessThanOrEqual(1_000_000);
    new RowStore(port).save(NEW_SYNC);
    expect([...rows.keys()]).toEqual(['core:0']);
    expect(new RowStore(port).load()).toEqual(NEW_SYNC);
  });

  test('what another version of the code stored is not read: the lists are looked at again', () => {
    const { port, rows } = rowsOf();
    new RowStore(port).save(state);
    rows.set('core:0', (rows.get('core:0') ?? '').replace('"version":1', '"version":0'));
    expect(new RowStore(port).load()).toBeNull();
  });
});
