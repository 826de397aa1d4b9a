import { ISOLATE_MEMORY, type AutomatonMemory } from './automaton-memory.ts';
import { LazyDfa } from './lazy-dfa.ts';
import type { Pattern } from './pattern.ts';
import { compileProgram } from './program.ts';
import { reversePattern } from './reverse-pattern.ts';

/** Patterns that end in long counts make a state of nearly every byte backwards: 64 KB may take some 20 ms, and no more. */
const STEPS_PER_BYTE = 16;
const STEPS_AT_LEAST = 50_000;

/** Finds where the leftmost match of a regular pattern begins, in one pass over the text from its end. */
export class StartFinder {
  readonly #automaton: LazyDfa;
  /** Otherwise no match begins before what `find` answers, but it may begin later. */
  readonly isExact: boolean;

  constructor(pattern: Pattern, memory: AutomatonMemory = ISOLATE_MEMORY) {
    this.#automaton = new LazyDfa(compileProgram(reversePattern(pattern)), memory, true);
    this.isExact = !looksAhead(pattern);
  }

  /** Offset of its first byte; null without a match, or where finding out would cost too much. */
  find(text: string): number | null {
    const end = this.#automaton.findLastEnd(text, Math.max(STEPS_AT_LEAST, STEPS_PER_BYTE * text.length));
    return end === null ? null : text.length - end;
  }
}

function looksAhead(pattern: Pattern): boolean {
  switch (pattern.kind) {
    case 'bytes':
    case 'assertion':
    case 'reference':
      return false;
    case 'sequence':
      return pattern.parts.some(looksAhead);
    case 'choice':
      return pattern.options.some(looksAhead);
    case 'repeat':
    case 'group':
    case 'atomic':
      return looksAhead(pattern.body);
    case 'look':
      return true;
  }
}
