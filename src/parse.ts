import * as v from 'valibot';

/** One thing wrong with data that came through a door, told so that its sender can mend it. */
export interface Problem {
  /** Where in the data, dot-separated: `rules.3.operator.pattern`. Empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** What every door answers: the value, or everything that is wrong with it. Expected failures are values. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** More problems than a person reads at once are cut off: a hostile ruleset could otherwise answer with megabytes. */
const PROBLEM_LIMIT = 50;

/** Checks `data` against a schema; unknown data in, a typed value or a list of problems out. Never throws. */
export function parseWith<const S extends v.GenericSchema>(schema: S, data: unknown): Parsed<v.InferOutput<S>> {
  const result = v.safeParse(schema, data);
  if (result.success) return { ok: true, value: result.output };
  const problems = result.issues.slice(0, PROBLEM_LIMIT).map((issue) => ({
    path: v.getDotPath(issue) ?? '',
    message: describeIssue(issue),
  }));
  return { ok: false, problems };
}

/** Of a field that is missing, or that nobody asked for, valibot says what it expected of the key; people are told what to do. */
function describeIssue({ type, expected, received, message }: v.BaseIssue<unknown>): string {
  if (!/^(?:strict_|loose_)?object$/.test(type)) return message;
  if (expected === 'never') return 'is not known here: leave it out';
  return received === 'undefined' && expected?.startsWith('"') === true ? 'is missing' : message;
}
