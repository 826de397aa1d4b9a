import type { Problem } from '../../parse.ts';

/** What came of asking the control plane. */
export type Answer<T> = { readonly kind: 'ok'; readonly value: T } | Failure;

/** Why it did not do what it was asked. `refused`: nobody is signed in. `silent`: nothing answered. `problem`: its own words. */
export interface Failure {
  readonly kind: 'refused' | 'silent' | 'problem';
  /** All of it in sentences, for where it is told in one place. */
  readonly text: string;
  /** The same without what stands in `problems`, for where each of them is told at its place. */
  readonly headline: string;
  readonly problems: readonly Problem[];
}

/** The first few say what to mend; hundreds would bury it. */
const TOLD = 3;
/** Longer waits are told in minutes. */
const SECONDS_TOLD = 120;

export const SILENT = failure('silent', 'The shield does not answer. Try again in a moment.');
export const REFUSED = failure(
  'refused',
  'Your session has ended, and nothing was changed. Do it again once you have signed in.',
);

/** What the shield says of a failure: RFC 9457, with what was wrong with each part of what was sent. */
interface ProblemBody {
  readonly title?: string;
  readonly detail?: string;
  readonly problems?: readonly Problem[];
}

/** A test that failed answers JSON like one that passed: the media type tells a problem from what was asked for. */
export async function readAnswer<T>(response: Response): Promise<Answer<T>> {
  if (response.status === 401) return REFUSED;
  const type = response.headers.get('Content-Type') ?? '';
  if (!type.startsWith('application/json')) return readProblem(response);
  const value = await readJson<T>(response);
  return value === null ? SILENT : { kind: 'ok', value };
}

/** The shield's own words; of what is no problem of the shield's, a proxy's page for instance, its status. */
export async function readProblem(response: Response): Promise<Failure> {
  const type = response.headers.get('Content-Type') ?? '';
  const body = type.startsWith('application/problem+json') ? await readJson<ProblemBody>(response) : null;
  const { title = `The shield answered ${response.status}`, detail = '', problems: told = [] } = body ?? {};
  const problems = told.map((problem) => ({ ...problem, message: plain(problem.message) }));
  const later = sayLater(response.headers.get('Retry-After'));
  const said = plain(detail);
  const reasons = problems.length > 0 ? problems.slice(0, TOLD).map(({ message }) => message) : [said];
  return {
    kind: 'problem',
    text: sentences(title, ...reasons, later),
    headline: sentences(title, problems.length > 0 ? 'Nothing was changed' : said, later),
    problems,
  };
}

/** The shield marks what is code as Markdown does, for the terminal; on a page the marks are in the way. */
function plain(text: string): string {
  return text.replaceAll(/`([^`\n]+)`/g, '$1');
}

/** Null when it is none: an answer can break off. */
async function readJson<T>(response: Response): Promise<T | null> {
  try {
    const value: T = JSON.parse(await response.text());
    return value;
  } catch {
    return null;
  }
}

/** `value`: of the header Retry-After, which the shield writes in seconds. */
function sayLater(value: string | null): string {
  if (value === null || !/^\d+$/.test(value)) return '';
  const seconds = Number(value);
  if (seconds > SECONDS_TOLD) return `Try again in ${Math.ceil(seconds / 60)} minutes`;
  return seconds === 1 ? 'Try again in a second' : `Try again in ${seconds} seconds`;
}

function sentences(...parts: readonly string[]): string {
  return parts
    .filter((part) => part !== '')
    .map((part) => (/[.!?]$/.test(part) ? part : `${part}.`))
    .join(' ');
}

function failure(kind: Failure['kind'], text: string): Failure {
  return { kind, text, headline: text, problems: [] };
}
