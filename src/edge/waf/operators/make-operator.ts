import type { Operator } from '../../../../rules/schema.ts';
import { detectSqli } from '../detect/detect-sqli.ts';
import { detectXss } from '../detect/detect-xss.ts';
import type { LiteralAutomaton } from '../literal-automaton.ts';
import type { PreparedBranch } from '../prepared-ruleset.ts';
import { compileText } from '../variables/expand.ts';
import type { TxNames } from '../variables/tx-variables.ts';
import { matchAddress } from './address-match.ts';
import { validateByteRange, validateUrlEncoding, validateUtf8Encoding } from './byte-validation.ts';
import { detectInjection } from './injection-detection.ts';
import { compareNumbers } from './number-comparison.ts';
import { wholeText, type OperatorBranch } from './operator.ts';
import { matchRegex } from './regex-match.ts';
import { compareTexts } from './text-comparison.ts';
import { matchWords } from './word-match.ts';

const always = wholeText(() => true);
const never = wholeText(() => false);

/** Makes one of an operator's branches ready to run. Cheap: engines build themselves when they are first needed. */
export function makeOperator(
  operator: Operator,
  { needs, pattern = '', engine = 'dfa', groups, words = 0 }: PreparedBranch,
  names: TxNames,
  automaton: LiteralAutomaton,
): OperatorBranch {
  switch (operator.name) {
    case 'rx':
      return matchRegex({ pattern, engine, ...(groups !== undefined && { groups }) });
    case 'pm':
      return matchWords(automaton, words, operator.words, needs.length > 0);
    case 'contains':
    case 'containsWord':
    case 'beginsWith':
    case 'endsWith':
    case 'streq':
    case 'within':
      return compareTexts(operator.name, compileText(operator.text, names));
    case 'eq':
    case 'ge':
    case 'gt':
    case 'le':
    case 'lt':
      return compareNumbers(operator.name, compileText(operator.value, names));
    case 'validateByteRange':
      return validateByteRange(operator.ranges);
    case 'validateUrlEncoding':
      return validateUrlEncoding;
    case 'validateUtf8Encoding':
      return validateUtf8Encoding;
    case 'ipMatch':
      return matchAddress(operator.addresses);
    case 'unconditionalMatch':
      return always;
    case 'detectSQLi':
      return detectInjection(detectSqli);
    case 'detectXSS':
      return detectInjection(detectXss);
    case 'rxMacro':
      // The door lets none through.
      return never;
  }
}
