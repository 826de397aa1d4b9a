import type { LogLine } from './expectation.ts';

interface Match {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly matched: string;
}

/**
 * A match as ModSecurity's log tells it, since suites ask for pieces of that text. `value` is the whole value in which it stood,
 * where that is known.
 */
export function logLine({ id, name, location, matched }: Match, value = matched): LogLine {
  const data = `Matched Data: ${matched} found within ${location}: ${value}`;
  return { id, text: `[id "${id}"] [msg "${name}"] [data "${escapeControls(data)}"]` };
}

/** A log has one line for each match. */
function escapeControls(text: string): string {
  return text.replaceAll(/[\0-\x1f\x7f]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
