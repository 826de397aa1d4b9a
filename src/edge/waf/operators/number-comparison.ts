import { expandValue, type CompiledText } from '../variables/expand.ts';
import { toInteger } from '../variables/tx-variables.ts';
import { wholeText, type OperatorBranch } from './operator.ts';

export type NumberComparison = 'eq' | 'ge' | 'gt' | 'le' | 'lt';

/** What is no number counts as 0, on both sides. */
export function compareNumbers(name: NumberComparison, argument: CompiledText): OperatorBranch {
  const holds = HOLDS[name];
  if (typeof argument === 'string') {
    const limit = toInteger(argument);
    return wholeText((text) => holds(toInteger(text), limit));
  }
  return wholeText((text, source) => holds(toInteger(text), toInteger(expandValue(argument, source))));
}

const HOLDS: Readonly<Record<NumberComparison, (value: number, limit: number) => boolean>> = {
  eq: (value, limit) => value === limit,
  ge: (value, limit) => value >= limit,
  gt: (value, limit) => value > limit,
  le: (value, limit) => value <= limit,
  lt: (value, limit) => value < limit,
};
