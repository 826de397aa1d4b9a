import { foldCase } from './byte-set.ts';
import { ANY } from './named-sets.ts';
import { isIrregular, type Pattern } from './pattern.ts';

const EMPTY: Pattern = { kind: 'sequence', parts: [] };

/**
 * A regular pattern that matches wherever the given one does, and more: look-around holds everywhere, and a reference takes whatever
 * its group could. What it does not match the other need not be tried on.
 */
export function relaxPattern(pattern: Pattern): Pattern {
  const groups = new Map<number, Pattern>();
  return relax(pattern, groups);
}

function relax(pattern: Pattern, groups: Map<number, Pattern>): Pattern {
  switch (pattern.kind) {
    case 'bytes':
    case 'assertion':
      return pattern;
    case 'sequence':
      return { kind: 'sequence', parts: pattern.parts.map((part) => relax(part, groups)) };
    case 'choice':
      return { kind: 'choice', options: pattern.options.map((option) => relax(option, groups)) };
    case 'repeat':
      return { ...pattern, body: relax(pattern.body, groups) };
    case 'group': {
      const body = relax(pattern.body, groups);
      // As it was: a body with references in it is not copied.
      groups.set(pattern.index, pattern.body);
      return { ...pattern, body };
    }
    case 'atomic':
      return relax(pattern.body, groups);
    case 'look':
      // Groups within may be referred to.
      relax(pattern.body, groups);
      return isIrregular(pattern) ? EMPTY : pattern;
    case 'reference':
      return copyGroup(groups.get(pattern.index), pattern.ignoreCase);
  }
}

/** What a group may have matched, wherever that stood; anything, for a group that refers to others or to itself. */
function copyGroup(body: Pattern | undefined, ignoreCase: boolean): Pattern {
  if (body === undefined || isIrregular(body)) {
    return { kind: 'repeat', body: { kind: 'bytes', set: ANY }, min: 0, max: Infinity, greedy: true };
  }
  return copy(body, ignoreCase);
}

/** Without assertions, which held where the group matched and need not hold again. */
function copy(pattern: Pattern, ignoreCase: boolean): Pattern {
  switch (pattern.kind) {
    case 'bytes':
      return ignoreCase ? { kind: 'bytes', set: foldCase(pattern.set) } : pattern;
    case 'sequence':
      return { kind: 'sequence', parts: pattern.parts.map((part) => copy(part, ignoreCase)) };
    case 'choice':
      return { kind: 'choice', options: pattern.options.map((option) => copy(option, ignoreCase)) };
    case 'repeat':
      return { ...pattern, body: copy(pattern.body, ignoreCase) };
    case 'group':
    case 'atomic':
      return copy(pattern.body, ignoreCase);
    case 'assertion':
    case 'look':
    case 'reference':
      return EMPTY;
  }
}
