import { TRANSFORMS } from '../../src/edge/waf/transformations/transform.ts';
import type { Assignment, Macro, Operator, Target, Text } from '../schema.ts';

import type { DraftLink } from './draft.ts';
import { joinPieces, piecesOf } from './macros.ts';
import { regex } from './translate-operator.ts';
import type { Known, TxState } from './tx-state.ts';

/** How a condition turns out: for every request alike, or not. */
export type Certainty = 'always' | 'never' | 'depends';

/** A link with every TX variable that is known at this place filled in. */
export function foldLink(link: DraftLink, state: TxState): DraftLink {
  return { ...link, operator: foldOperator(link.operator, state) };
}

function foldOperator(operator: Operator, state: TxState): Operator {
  if ('text' in operator) return { ...operator, text: foldText(operator.text, state) };
  if ('value' in operator) return { ...operator, value: foldText(operator.value, state) };
  if (operator.name !== 'rxMacro') return operator;
  // A constant is the rule writer's own text, and a part of the pattern as ModSecurity 3 has it (`a|b` is a choice).
  const negate = operator.negate === true ? { negate: true as const } : {};
  return regex(foldText(operator.pattern, state), negate);
}

export function foldText(text: Text, state: TxState): Text {
  return joinPieces(piecesOf(text).map((piece) => (typeof piece === 'string' ? piece : foldMacro(piece, state))));
}

function foldMacro(macro: Macro, state: TxState): string | Macro {
  if (macro.collection !== 'TX' || macro.selector === undefined) return macro;
  const known = state.get(macro.selector);
  return known === null ? macro : (known.text ?? '');
}

/** How a folded link turns out. */
export function judgeLink({ targets, transformations, operator, assignments }: DraftLink, state: TxState): Certainty {
  if (operator.name === 'unconditionalMatch' && operator.negate === true) return 'never';
  if (targets.length === 0) return operator.name === 'unconditionalMatch' ? 'always' : 'depends';
  const values: string[] = [];
  for (const target of targets) {
    const read = target.exclude === true ? null : readTarget(target, state);
    if (read === null) return 'depends';
    values.push(...read);
  }
  let matches = 0;
  for (const value of values) {
    const transformed = transformations.reduce((text, step) => TRANSFORMS[step].apply(text), value);
    const holds = evaluate(operator, transformed);
    if (holds === null) return 'depends';
    if (holds) matches++;
  }
  if (matches === 0) return 'never';
  // Assignments are made for each value that matches, and what is certain is made once.
  return matches === 1 || assignments.length === 0 ? 'always' : 'depends';
}

/** The values of a target, where they are the same for every request. */
function readTarget(target: Target, state: TxState): readonly string[] | null {
  if (target.collection !== 'TX') return null;
  if (target.pattern !== undefined) {
    const isMeant = makeTest(target.pattern);
    if (isMeant === null || state.mayHave(isMeant)) return null;
    return target.count === true ? ['0'] : [];
  }
  if (target.selector === undefined) return null;
  const known: Known = state.get(target.selector);
  if (known === null) return null;
  if (target.count === true) return [known.text === undefined ? '0' : '1'];
  return known.text === undefined ? [] : [known.text];
}

/** Whether the operator matches, or null where only the engine can say. */
function evaluate(operator: Operator, value: string): boolean | null {
  const holds = holdsFor(operator, value);
  return holds === null ? null : holds !== (operator.negate === true);
}

function holdsFor(operator: Operator, value: string): boolean | null {
  if (operator.name === 'unconditionalMatch') return true;
  if (operator.name === 'rx') {
    const test = makeTest(operator.pattern, operator.ignoreCase === true ? 'si' : 's');
    return test === null ? null : test(value);
  }
  if ('text' in operator) return typeof operator.text === 'string' ? relate(operator.name, value, operator.text) : null;
  if ('value' in operator) {
    return typeof operator.value === 'string'
      ? compare(operator.name, toInteger(value), toInteger(operator.value))
      : null;
  }
  return null;
}

type TextOperator = Extract<Operator, { readonly text: unknown }>['name'];

function relate(name: TextOperator, value: string, text: string): boolean | null {
  if (name === 'contains') return value.includes(text);
  if (name === 'beginsWith') return value.startsWith(text);
  if (name === 'endsWith') return value.endsWith(text);
  if (name === 'streq') return value === text;
  return name === 'within' ? text.includes(value) : null;
}

function compare(name: 'eq' | 'ge' | 'gt' | 'le' | 'lt', a: number, b: number): boolean {
  if (name === 'eq') return a === b;
  if (name === 'ge') return a >= b;
  if (name === 'gt') return a > b;
  return name === 'le' ? a <= b : a < b;
}

/** As C's `atoi`: what is no number is 0. */
export function toInteger(text: string): number {
  return Number(/^\s*([+-]?\d{1,15})/.exec(text)?.[1] ?? 0);
}

function makeTest(pattern: string, flags = 'si'): ((text: string) => boolean) | null {
  try {
    const expression = new RegExp(pattern, flags);
    return (text) => expression.test(text);
  } catch {
    // PCRE has more than JavaScript: then nothing is known.
    return null;
  }
}

/** An assignment with its texts filled in, and the state after it; `isCertain` when it is made once for every request. */
export function foldAssignment(
  assignment: Assignment,
  state: TxState,
  isCertain: boolean,
): { readonly assignment: Assignment; readonly after: TxState } {
  const variable = foldText(assignment.variable, state);
  const value = assignment.value === undefined ? {} : { value: foldText(assignment.value, state) };
  const folded: Assignment = { ...assignment, variable, ...value };
  if (typeof variable !== 'string') {
    const [first] = piecesOf(variable);
    return { assignment: folded, after: state.assignAny(typeof first === 'string' ? first : '') };
  }
  const before = state.get(variable);
  const result = resultOf(folded, before);
  // Made or not, the variable is what it was when the assignment leaves it so.
  const isSame = before !== null && result !== null && before.text === result.text;
  return { assignment: folded, after: state.assign(variable, isCertain || isSame ? result : null) };
}

function resultOf({ operation, value }: Assignment, before: Known): Known {
  if (operation === 'unset') return { text: undefined };
  if (typeof value !== 'string') return null;
  if (operation === 'set') return { text: value };
  if (before === null) return null;
  const start = toInteger(before.text ?? '0');
  return { text: String(operation === 'add' ? start + toInteger(value) : start - toInteger(value)) };
}
