import type { LogLine } from './expectation.ts';

interface Match {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly matched: string;
}

/** A match as ModSecurity's log tells it, since suites ask for pieces of that text. */
export function logLine({ id, name, location, matched }: Match): LogLine {
  const text = `[id "${id}"] [msg "${name}"] [data "Matched Data: ${matched} found within ${location}: ${matched}"]`;
  return { id, text };
}
