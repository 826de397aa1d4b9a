import { hasByte, type ByteSet } from './byte-set.ts';
import type { Pattern } from './pattern.ts';

/** The pattern in the syntax that JavaScript and RE2 read alike, without flags: sets and escapes only, no named classes. */
export function printPattern(pattern: Pattern): string {
  switch (pattern.kind) {
    case 'bytes':
      return printSet(pattern.set);
    case 'sequence':
      return pattern.parts.map((part) => (part.kind === 'choice' ? group(part) : printPattern(part))).join('');
    case 'choice':
      return pattern.options.map(printPattern).join('|');
    case 'repeat':
      return printAtom(pattern.body) + printCount(pattern.min, pattern.max) + (pattern.greedy ? '' : '?');
    case 'assertion':
      return { start: '^', end: '$', word: '\\b', inside: '\\B' }[pattern.at];
  }
}

function group(pattern: Pattern): string {
  return `(?:${printPattern(pattern)})`;
}

function printAtom(pattern: Pattern): string {
  return pattern.kind === 'bytes' ? printSet(pattern.set) : group(pattern);
}

function printCount(min: number, max: number): string {
  if (max === Infinity) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  if (min === 0 && max === 1) return '?';
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

function printSet(set: ByteSet): string {
  const ranges: string[] = [];
  let single = 0;
  for (let from = 0; from < 256; from++) {
    if (!hasByte(set, from)) continue;
    let to = from;
    while (to < 255 && hasByte(set, to + 1)) to++;
    single += to - from + 1;
    ranges.push(from === to ? printByte(from) : `${printByte(from)}-${printByte(to)}`);
    from = to;
  }
  if (single === 1) return ranges[0]!;
  // A class that no byte is in: above the bytes both engines can name, so it never matches.
  return ranges.length === 0 ? '[^\\x00-\\xff]' : `[${ranges.join('')}]`;
}

function printByte(byte: number): string {
  const char = String.fromCharCode(byte);
  return /[0-9A-Za-z]/.test(char) ? char : `\\x${byte.toString(16).padStart(2, '0')}`;
}
