/** A directive as one line, however many it was written on. */
export interface LogicalLine {
  /** Of its first physical line, from 1. */
  readonly line: number;
  readonly text: string;
}

/**
 * Joins lines that end in a backslash and leaves out comments and empty lines, as Apache's configuration files are read: a
 * comment can be continued too, and is none in the midst of a directive.
 */
export function joinLines(text: string): readonly LogicalLine[] {
  const found: LogicalLine[] = [];
  let start = 0;
  let joined = '';
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (joined === '') start = index + 1;
    if (line.endsWith('\\')) {
      // Kept apart from the empty text, which begins a new directive.
      joined += joined === '' && line === '\\' ? ' ' : line.slice(0, -1);
      continue;
    }
    add(found, start, joined + line);
    joined = '';
  }
  add(found, start, joined);
  return found;
}

function add(found: LogicalLine[], line: number, joined: string): void {
  const text = joined.trim();
  if (text !== '' && !text.startsWith('#')) found.push({ line, text });
}
