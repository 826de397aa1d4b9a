import { CHOSEN_CODE, fieldsOf, refuse, type Answer } from './answer.ts';
import { newId } from './lists.ts';

export interface Rule {
  readonly id: string;
  readonly version: string;
  readonly action: string;
  readonly expression: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly ref: string;
  readonly last_updated: string;
  /** Kept as they came. */
  readonly action_parameters?: unknown;
  readonly logging?: unknown;
  readonly ratelimit?: unknown;
}

/** Of the custom rules' and the rate limiting rules' phases. */
const ACTIONS = new Set(['block', 'challenge', 'js_challenge', 'managed_challenge', 'log', 'skip']);
/** Documented. */
const EXPRESSION_LIMIT = 4096;

/**
 * A rule as a request gives it, with the id of the one whose place it takes; or why it is refused. `pointer` says where in
 * the body it stands.
 */
export function readRule(
  value: unknown,
  before: Pick<Rule, 'id' | 'version'> | undefined,
  at: string,
  pointer: string,
  listExists: (name: string) => boolean,
): Rule | Answer {
  const {
    action,
    expression,
    description = '',
    enabled = true,
    ref,
    action_parameters,
    logging,
    ratelimit,
  } = fieldsOf(value);
  const bad = (field: string, message: string) =>
    refuse(400, CHOSEN_CODE.badRule, `'${field}' ${message}`, `${pointer}/${field}`);
  if (typeof action !== 'string' || !ACTIONS.has(action)) return bad('action', 'is not an action of this phase');
  if (typeof description !== 'string') return bad('description', 'must be a string');
  if (typeof enabled !== 'boolean') return bad('enabled', 'must be true or false');
  if (ref !== undefined && (typeof ref !== 'string' || ref === '')) return bad('ref', 'must be a string');
  if (typeof expression !== 'string' || expression === '') return bad('expression', 'is required');
  const wrong = expressionProblem(expression, listExists);
  if (wrong !== null) {
    const message = `'${expression}' is not a valid value for expression because ${wrong}`;
    return refuse(400, CHOSEN_CODE.badExpression, message, `${pointer}/expression`);
  }
  const id = before?.id ?? newId();
  return {
    id,
    version: String(Number(before?.version ?? 0) + 1),
    action,
    expression,
    description,
    enabled,
    // Without a ref of its own a rule's is its id.
    ref: ref ?? id,
    last_updated: at,
    ...(action_parameters === undefined ? {} : { action_parameters }),
    ...(logging === undefined ? {} : { logging }),
    ...(ratelimit === undefined ? {} : { ratelimit }),
  };
}

/** Not the whole grammar: its length, its brackets, and that the lists it names exist. */
function expressionProblem(expression: string, listExists: (name: string) => boolean): string | null {
  if (expression.length > EXPRESSION_LIMIT) return `it is over ${EXPRESSION_LIMIT} characters`;
  const code = expression.replaceAll(/"(?:[^"\\]|\\.)*"/g, '');
  if (code.includes('"')) return 'a string does not end';
  let depth = 0;
  for (const char of code) {
    if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    if (depth < 0) break;
  }
  if (depth !== 0) return 'its brackets do not match';
  const unknown = listsIn(expression).find((name) => !listExists(name));
  return unknown === undefined ? null : `the list "${unknown}" does not exist`;
}

/** Names after a `$` outside string literals; Cloudflare's own managed lists (`$cf.`) are not the account's. */
export function listsIn(expression: string): readonly string[] {
  const code = expression.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  return [...code.matchAll(/\$([a-z0-9_.]+)/g)].map(([, name = '']) => name).filter((name) => !name.startsWith('cf.'));
}
