import type { Link, Operator } from '../../../rules/schema.ts';
import type { Parsed } from '../../parse.ts';
import { SQLI_TRIGGERS } from './detect/detect-sqli.ts';
import { XSS_TRIGGERS } from './detect/detect-xss.ts';
import { isAddressRange } from './operators/address-match.ts';
import type { PrintedBranch } from './regex/matcher.ts';
import { prepareRegex } from './regex/prepare-regex.ts';
import type { AnyOf } from './regex/required-literals.ts';
import { lowercase } from './transformations/letter-case.ts';

/** One way in which an operator can match, before the literals of all rules are numbered. */
export interface DraftBranch extends Partial<PrintedBranch> {
  /** What a text that matches holds: each must be met. */
  readonly needs: readonly AnyOf[];
  /** For `pm`: its words. */
  readonly words?: AnyOf;
}

/**
 * Works out the branches of a link's operator, of which any may match: for `rx` the options of its outermost choice, because one
 * by one they need more telling literals and are more often provably linear. Costs up to 100 ms for each: never in an isolate.
 * Refuses what no linear engine runs.
 */
export function prepareOperator(link: Pick<Link, 'operator' | 'capture'>): Parsed<readonly DraftBranch[]> {
  const { operator, capture = false } = link;
  const drafted = draftBranches(operator, capture);
  if (!drafted.ok || operator.negate !== true) return drafted;
  // A text without the literals is what a negated operator looks for.
  return { ok: true, value: drafted.value.map((branch) => ({ ...branch, needs: [] })) };
}

function draftBranches(operator: Operator, capture: boolean): Parsed<readonly DraftBranch[]> {
  switch (operator.name) {
    case 'rx': {
      const regex = prepareRegex(operator.pattern, operator.ignoreCase === true, capture);
      return regex.ok ? { ok: true, value: regex.branches } : refuse(regex.reason);
    }
    case 'pm': {
      const words = operator.words.map(lowercase);
      return one({ needs: [words], words });
    }
    case 'contains':
    case 'containsWord':
    case 'beginsWith':
    case 'endsWith':
    case 'streq':
      return one({ needs: typeof operator.text === 'string' ? needText(operator.text) : [] });
    case 'ipMatch': {
      const wrong = operator.addresses.find((address) => !isAddressRange(address));
      return wrong === undefined ? one({ needs: [] }) : refuse(`${wrong} is no address and no range of addresses`);
    }
    case 'validateByteRange':
      return one({ needs: needByteOutside(operator.ranges) });
    case 'validateUrlEncoding':
      return one({ needs: [['%']] });
    case 'validateUtf8Encoding':
      return one({ needs: needByteOutside([[0, 127]]) });
    case 'rxMacro':
      return refuse('the pattern has a variable in it, so nothing can be proven about it before a request comes');
    case 'within':
    case 'eq':
    case 'ge':
    case 'gt':
    case 'le':
    case 'lt':
    case 'unconditionalMatch':
      return one({ needs: [] });
    case 'detectSQLi':
      return one({ needs: [SQLI_TRIGGERS] });
    case 'detectXSS':
      return one({ needs: [XSS_TRIGGERS] });
  }
}

/** The automaton looks for no more of a long text than tells it from others. */
const TEXT_LIMIT = 64;

function needText(text: string): readonly AnyOf[] {
  return text === '' ? [] : [[lowercase(text.slice(0, TEXT_LIMIT))]];
}

/** Letters count in either case for the automaton, so only a range that leaves out both says that one is missing. */
function needByteOutside(ranges: readonly (readonly [number, number])[]): readonly AnyOf[] {
  const outside: string[] = [];
  for (let byte = 0; byte < 256; byte++) {
    if (!ranges.some(([from, to]) => byte >= from && byte <= to)) outside.push(lowercase(String.fromCharCode(byte)));
  }
  return [[...new Set(outside)]];
}

function one(branch: DraftBranch): Parsed<readonly DraftBranch[]> {
  return { ok: true, value: [branch] };
}

function refuse(message: string): Parsed<readonly DraftBranch[]> {
  return { ok: false, problems: [{ path: 'operator', message }] };
}
