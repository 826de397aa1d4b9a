import { EXIT, EXIT_MEANINGS } from '../exit-codes.ts';

/** Columns of a help text where the screen does not say: commander's own measure. */
const WIDTH = 80;

/** What of commander's context is needed: how wide its help is written. */
interface HelpContext {
  readonly command: { configureOutput(): { getOutHelpWidth?: () => number } };
}

/** Command lines with what they are for, as the end of a help text; where both do not fit on a line, one above the other. */
export function examples(lines: readonly (readonly [line: string, meaning: string])[]) {
  return ({ command }: HelpContext): string => {
    const screen = command.configureOutput().getOutHelpWidth?.() ?? WIDTH;
    const width = Math.max(...lines.map(([line]) => line.length));
    const longest = Math.max(...lines.map(([, meaning]) => meaning.length));
    const told = lines.map(([line, meaning]) =>
      width + longest + 4 <= screen ? `  ${line.padEnd(width)}  ${meaning}` : `  # ${meaning}\n  ${line}`,
    );
    return ['', 'Examples:', ...told].join('\n');
  };
}

export function exitCodes(): string {
  return [
    'Exit codes:',
    ...Object.entries(EXIT).map(
      ([name, code]) =>
        `  ${String(code).padEnd(3)}  ${Object.entries(EXIT_MEANINGS).find(([n]) => n === name)?.[1] ?? name}`,
    ),
  ].join('\n');
}
