import { describe, expect, test } from 'vitest';
import core from '../../../../rules/owasp-core.json' with { type: 'json' };
import extended from '../../../../rules/owasp-extended.json' with { type: 'json' };
import { LazyDfa } from '../../../../src/edge/waf/regex/lazy-dfa.ts';
import { makeRegexMatcher } from '../../../../src/edge/waf/regex/matcher.ts';
import { prepareRegex, type RegexBranch } from '../../../../src/edge/waf/regex/prepare-regex.ts';
import { compileProgram } from '../../../../src/edge/waf/regex/program.ts';
import { readPattern } from '../../../../src/edge/waf/regex/read-pattern.ts';
import { countBacktracking } from '../../../support/node/count-backtracking.ts';
import { crsCopies } from '../../../support/node/crs.ts';
import { readCrsPatterns } from '../../../support/node/crs-patterns.ts';
import { listPumps } from '../../../support/node/list-pumps.ts';

/**
 * Instructions that the lazy automaton may look at for each byte of an attack, beside one look into its table. A step of it
 * costs as many as its program is long; most attacks run in the table alone.
 */
const DFA_STEPS_PER_BYTE = 100;
/** Bytes that V8 may try for each byte: the proof's threads times what each of them may branch into. */
const V8_STEPS_PER_BYTE = 1000;

const sets = [
  {
    name: 'the built-in rules',
    patterns: [...core.rules, ...extended.rules].flatMap(({ id, operator: { pattern = '' } }) =>
      pattern === '' ? [] : [{ id, source: pattern }],
    ),
  },
  ...crsCopies().map((copy) => ({ name: copy.name, patterns: readCrsPatterns(copy) })),
];

function read(branch: RegexBranch) {
  const result = readPattern(branch.pattern, false);
  if (!result.ok) throw new Error(result.reason);
  return result.pattern;
}

describe.each(sets)('pumped texts cannot stall $name', ({ patterns }) => {
  const branches = patterns.flatMap(({ id, source }) => {
    const prepared = prepareRegex(source, false);
    if (!prepared.ok) throw new Error(`${id}: ${prepared.reason}`);
    return prepared.branches.map((branch) => ({ id, branch }));
  });

  test('nor the automaton, on 64 KB', () => {
    for (const { id, branch } of branches) {
      if (branch.engine !== 'dfa') continue;
      const dfa = new LazyDfa(compileProgram(read(branch)));
      for (const text of listPumps(branch.pattern)) {
        const before = dfa.steps;
        dfa.test(text);
        const steps = (dfa.steps - before) / text.length;
        expect([id, text.slice(0, 80), steps < DFA_STEPS_PER_BYTE]).toEqual([id, text.slice(0, 80), true]);
      }
    }
  }, 120_000);

  test('nor what is proven for V8, whose tries are counted', () => {
    for (const { id, branch } of branches) {
      if (branch.engine !== 'v8') continue;
      const pattern = read(branch);
      for (const text of listPumps(branch.pattern, 400)) {
        const limit = V8_STEPS_PER_BYTE * text.length;
        const steps = countBacktracking(pattern, text, limit);
        expect([id, text.slice(0, 80), steps < limit]).toEqual([id, text.slice(0, 80), true]);
      }
    }
  }, 120_000);

  test('nor the search with a memory, which never gives up on 64 KB', () => {
    for (const { id, branch } of branches) {
      if (branch.engine !== 'memory') continue;
      const matcher = makeRegexMatcher(branch);
      for (const text of listPumps(branch.pattern)) {
        matcher.test(text);
        expect([id, text.slice(0, 80), matcher.gaveUp]).toEqual([id, text.slice(0, 80), false]);
      }
    }
  }, 120_000);
});
