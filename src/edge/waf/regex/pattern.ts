import { RegExpParser, type AST } from '@eslint-community/regexpp';
import { addRange, addSet, emptySet, foldCase, invert, type ByteSet } from './byte-set.ts';

/**
 * A regular expression over bytes, with everything that depends on flags or dialects settled: case folding is in the sets,
 * groups are gone. Analysis, prefilter and both engines work on this one form, so they cannot disagree on what it means.
 */
export type Pattern =
  | { readonly kind: 'bytes'; readonly set: ByteSet }
  | { readonly kind: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'choice'; readonly options: readonly Pattern[] }
  | {
      readonly kind: 'repeat';
      readonly body: Pattern;
      readonly min: number;
      /** May be Infinity. */
      readonly max: number;
      readonly greedy: boolean;
    }
  | { readonly kind: 'assertion'; readonly at: 'start' | 'end' | 'word' | 'inside' };

export type PatternResult =
  | { readonly ok: true; readonly pattern: Pattern }
  | { readonly ok: false; readonly reason: string };

/** Deeper nesting than any real rule's; it keeps every walk over the pattern off the end of the stack. */
const DEPTH_LIMIT = 100;

/** Most of a pattern is single bytes: shared, they cost nothing. Sets are never changed once they are in a pattern. */
const SINGLE: readonly ByteSet[] = Array.from({ length: 256 }, (_, byte) => addRange(emptySet(), byte, byte));

class Refusal extends Error {}

/** Reads JavaScript syntax with byte semantics: `.` is any byte, `\s` is PCRE's, `i` folds ASCII alone. Never throws. */
export function readPattern(source: string, ignoreCase: boolean): PatternResult {
  try {
    const ast = new RegExpParser({ ecmaVersion: 2025 }).parsePattern(source, 0, source.length, { unicode: false });
    return { ok: true, pattern: readChoice(ast.alternatives, ignoreCase, 0) };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

function readChoice(alternatives: readonly AST.Alternative[], ignoreCase: boolean, depth: number): Pattern {
  if (depth > DEPTH_LIMIT) throw new Refusal(`groups nest deeper than ${DEPTH_LIMIT}`);
  const options = alternatives.map((alternative): Pattern => {
    const parts = alternative.elements.map((element) => readElement(element, ignoreCase, depth));
    return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts };
  });
  return options.length === 1 ? options[0]! : { kind: 'choice', options };
}

function readElement(element: AST.Element, ignoreCase: boolean, depth: number): Pattern {
  switch (element.type) {
    case 'Character':
    case 'CharacterSet':
    case 'CharacterClass':
      return { kind: 'bytes', set: readSet(element, ignoreCase) };
    case 'Group':
    case 'CapturingGroup': {
      const modifiers = element.type === 'Group' ? element.modifiers : null;
      const folds = (ignoreCase || modifiers?.add.ignoreCase === true) && modifiers?.remove?.ignoreCase !== true;
      if (modifiers?.add.multiline === true) throw new Refusal('multiline matching is not supported');
      return readChoice(element.alternatives, folds, depth + 1);
    }
    case 'Quantifier':
      return {
        kind: 'repeat',
        body: readElement(element.element, ignoreCase, depth + 1),
        min: element.min,
        max: element.max,
        greedy: element.greedy,
      };
    case 'Assertion':
      if (element.kind === 'start' || element.kind === 'end') return { kind: 'assertion', at: element.kind };
      if (element.kind === 'word') return { kind: 'assertion', at: element.negate ? 'inside' : 'word' };
      throw new Refusal('look-around cannot be matched in linear time here');
    case 'Backreference':
      throw new Refusal('back-references cannot be matched in linear time');
    case 'ExpressionCharacterClass':
      throw new Refusal('class set operations are not supported');
  }
}

function readSet(element: AST.Element | AST.CharacterClassElement, ignoreCase: boolean): ByteSet {
  if (element.type === 'Character') return foldIf(SINGLE[byteOf(element)]!, ignoreCase);
  if (element.type === 'CharacterSet') return readNamedSet(element);
  if (element.type === 'CharacterClassRange') {
    return foldIf(addRange(emptySet(), byteOf(element.min), byteOf(element.max)), ignoreCase);
  }
  if (element.type !== 'CharacterClass') throw new Refusal(`${element.type} is not supported`);
  const set = emptySet();
  for (const member of element.elements) addSet(set, readSet(member, ignoreCase));
  return element.negate ? invert(set) : set;
}

function foldIf(set: ByteSet, ignoreCase: boolean): ByteSet {
  return ignoreCase ? foldCase(set) : set;
}

function byteOf(character: AST.Character): number {
  if (character.value > 255) throw new Refusal(`${character.raw} is not a byte; write its UTF-8 bytes`);
  return character.value;
}

function readNamedSet(element: AST.CharacterSet): ByteSet {
  const set = emptySet();
  switch (element.kind) {
    case 'any':
      return addRange(set, 0, 255);
    case 'digit':
      addRange(set, 48, 57);
      break;
    case 'space':
      // PCRE's: without U+00A0 and U+FEFF, which JavaScript adds.
      addRange(addRange(set, 9, 13), 32, 32);
      break;
    case 'word':
      addRange(addRange(addRange(addRange(set, 48, 57), 65, 90), 95, 95), 97, 122);
      break;
    case 'property':
      throw new Refusal('Unicode properties have no meaning for bytes');
  }
  return element.negate ? invert(set) : set;
}
