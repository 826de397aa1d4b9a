import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines, hunks } from '../../../src/dashboard/releases/line-diff.ts';
import { diffReleases } from '../../../src/dashboard/releases/release-parts.ts';

describe('a diff of lines', () => {
  it('holds both texts, whatever they are', () => {
    const text = array(constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 });
    assert(
      property(text, text, (before, after) => {
        const diff = diffLines(before, after);
        expect(diff.filter(({ kind }) => kind !== 'new').map((line) => line.text)).toEqual(before);
        expect(diff.filter(({ kind }) => kind !== 'gone').map((line) => line.text)).toEqual(after);
      }),
    );
  });

  it('is the shortest', () => {
    const diff = diffLines('abcabba'.split(''), 'cbabac'.split(''));
    expect(diff.filter(({ kind }) => kind !== 'same')).toHaveLength(5);
  });

  it('tells of texts that share nothing as of two', () => {
    const before = Array.from({ length: 2000 }, (_, i) => `a${i}`);
    const after = Array.from({ length: 2000 }, (_, i) => `b${i}`);
    expect(diffLines(before, after)).toHaveLength(4000);
  });

  it('leaves out what is far from any difference', () => {
    const before = Array.from({ length: 100 }, (_, i) => String(i));
    const shown = hunks(diffLines(before, before.with(50, 'x')), 1);
    expect(shown.map((line) => line?.text ?? null)).toEqual([null, '49', '50', 'x', '51', null]);
  });
});

describe('a diff of releases', () => {
  it('is by rule, so that one that moved has not changed', () => {
    const before = { name: 'a', version: '1', rules: [{ id: 'x' }, { id: 'y', score: 2 }, { id: 'z' }] };
    const after = { name: 'a', version: '1', rules: [{ id: 'z' }, { id: 'y', score: 5 }, { id: 'w' }] };
    const found = diffReleases(before, after).map(({ name, kind }) => `${kind} ${name}`);
    expect(found).toEqual(['removed rule x', 'altered rule y', 'added rule w']);
  });

  it('tells what is no list of named things as settings', () => {
    const [only, ...others] = diffReleases({ deadlineMs: 250, routes: [] }, { deadlineMs: 300, routes: [] });
    expect(others).toEqual([]);
    expect(only).toMatchObject({ name: 'settings', kind: 'altered' });
  });
});
