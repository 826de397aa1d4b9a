import type { Pattern } from './pattern.ts';

/**
 * The regular pattern that matches a text read backwards where the given one matches it. Without groups; and without looks at the
 * next byte, which would be looks at the one before: with those it matches more.
 */
export function reversePattern(pattern: Pattern): Pattern {
  switch (pattern.kind) {
    case 'bytes':
      return pattern;
    case 'sequence':
      return { kind: 'sequence', parts: pattern.parts.map(reversePattern).toReversed() };
    case 'choice':
      return { kind: 'choice', options: pattern.options.map(reversePattern) };
    case 'repeat':
      return { ...pattern, body: reversePattern(pattern.body) };
    case 'group':
      return reversePattern(pattern.body);
    case 'assertion':
      if (pattern.at === 'start') return { kind: 'assertion', at: 'end' };
      return pattern.at === 'end' ? { kind: 'assertion', at: 'start' } : pattern;
    case 'look':
      return { kind: 'sequence', parts: [] };
    case 'atomic':
    case 'reference':
      throw new Error(`${pattern.kind} is not regular`);
  }
}
