import type { Expectation } from './ftw-test.ts';

/** One rule that matched, and what ModSecurity would write about it in its log. */
export interface LogLine {
  readonly id: string;
  readonly text: string;
}

/** What became of a request. */
export interface Observation {
  /** Null when no server was asked. */
  readonly status: number | null;
  /** Why there was no answer at all; null when there was one. */
  readonly error: string | null;
  readonly log: readonly LogLine[];
}

/** True where the log says anything about the test: the others are about the server in front of the rules alone. */
export function looksAtLog({ expectIds, noExpectIds, matches, noMatch }: Expectation): boolean {
  return expectIds.length > 0 || noExpectIds.length > 0 || matches !== null || noMatch !== null;
}

/** Why an observation is not what was expected; null when it is. In go-ftw's order: error, status, log. */
export function judgeStage(expected: Expectation, seen: Observation): string | null {
  if (expected.error && seen.error !== null) return null;
  if (seen.error !== null) return `no answer: ${seen.error}`;
  // With nobody in front of the rules an expected failure is no verdict on them; what the log must show still is.
  if (expected.error && seen.status !== null) return `the server should have refused, and answered ${seen.status}`;
  if (seen.status !== null && expected.status.length > 0 && !expected.status.includes(seen.status))
    return `status ${seen.status} instead of ${expected.status.join(' or ')}${tellLog(seen.log)}`;
  const why = judgeLog(expected, seen.log);
  // An answer of the server's own mostly means that no rule saw the request.
  return why === null || seen.status === null || seen.status === 200 ? why : `status ${seen.status}: ${why}`;
}

function judgeLog(expected: Expectation, log: readonly LogLine[]): string | null {
  const ids = new Set(log.map(({ id }) => id));
  const missing = expected.expectIds.filter((id) => !ids.has(id));
  if (missing.length > 0) return `rule ${missing.join(', ')} did not match${tellLog(log)}`;
  const unwanted = expected.noExpectIds.filter((id) => ids.has(id));
  if (unwanted.length > 0) return `rule ${unwanted.join(', ')} matched: ${lineOf(log, unwanted[0])}`;
  const { matches, noMatch } = expected;
  if (matches !== null && !log.some(({ text }) => matches.test(text)))
    return `no log line matches ${matches.source}${tellLog(log)}`;
  const against = noMatch === null ? undefined : log.find(({ text }) => noMatch.test(text));
  return against === undefined ? null : `a log line matches ${noMatch?.source}: ${against.text}`;
}

function lineOf(log: readonly LogLine[], id: string | undefined): string {
  return log.find((line) => line.id === id)?.text ?? '';
}

function tellLog(log: readonly LogLine[]): string {
  return log.length === 0 ? '; none did' : `; these did: ${log.map(({ id }) => id).join(', ')}`;
}
