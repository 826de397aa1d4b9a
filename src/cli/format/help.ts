import { EXIT, EXIT_MEANINGS } from '../exit-codes.ts';

/** Command lines with what they are for, as the end of a help text. */
export function examples(lines: readonly (readonly [line: string, meaning: string])[]): string {
  const width = Math.max(...lines.map(([line]) => line.length));
  return ['', 'Examples:', ...lines.map(([line, meaning]) => `  ${line.padEnd(width)}  ${meaning}`)].join('\n');
}

export function exitCodes(): string {
  return [
    'Exit codes:',
    ...Object.entries(EXIT).map(
      ([name, code]) => `  ${code}  ${Object.entries(EXIT_MEANINGS).find(([n]) => n === name)?.[1] ?? name}`,
    ),
  ].join('\n');
}
