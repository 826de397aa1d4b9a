import type { Parsed } from '../../src/parse.ts';
import type { Operator, Text } from '../schema.ts';
import type { Place, SecOperator } from './ast.ts';
import { parseText, type RuleFacts } from './macros.ts';

/** Reads a file that an operator names, next to the file of the rule; null when it is not there. */
export type ReadData = (name: string, from: Place) => string | null;

/** Operators without a counterpart, and why. */
const NOT_TAKEN: ReadonlyMap<string, string> = new Map(
  Object.entries({
    rbl: 'asks a DNS blocklist for each request; feed its addresses to the blocklist instead',
    gsblookup: 'asks a database of the file system',
    inspectfile: 'runs a program on the server',
    fuzzyhash: 'compares files with a database of the file system',
    rsub: 'rewrites the body',
    validatedtd: 'reads a schema from the file system',
    validateschema: 'reads a schema from the file system',
    validatehash: 'belongs to the hash engine',
    verifycc: 'checks card numbers',
    verifycpf: 'checks Brazilian tax numbers',
    verifyssn: 'checks American social security numbers',
    verifysvnr: 'checks Austrian insurance numbers',
  }),
);

const TEXT_OPERATORS: ReadonlyMap<
  string,
  'contains' | 'containsWord' | 'beginsWith' | 'endsWith' | 'streq' | 'within'
> = new Map([
  ['contains', 'contains'],
  ['containsword', 'containsWord'],
  ['beginswith', 'beginsWith'],
  ['endswith', 'endsWith'],
  ['streq', 'streq'],
  // ModSecurity's wildcards were never built: it looks for the text.
  ['strmatch', 'contains'],
  ['within', 'within'],
] as const);

const COMPARISONS = ['eq', 'ge', 'gt', 'le', 'lt'] as const;

const PLAIN_OPERATORS = [
  'validateUrlEncoding',
  'validateUtf8Encoding',
  'detectSQLi',
  'detectXSS',
  'unconditionalMatch',
] as const;

/** An operator as the schema has it, or why there is none. */
export function translateOperator(
  written: SecOperator,
  facts: RuleFacts,
  place: Place,
  readData: ReadData,
): Parsed<Operator> {
  const { argument } = written;
  const name = written.name.toLowerCase();
  const negate = written.negate ? { negate: true as const } : {};
  const textual = TEXT_OPERATORS.get(name);
  if (textual !== undefined) {
    const text = parseText(argument, facts);
    return text.ok ? done({ name: textual, text: text.value, ...negate }) : text;
  }
  const comparison = COMPARISONS.find((one) => one === name);
  if (comparison !== undefined) {
    const value = parseText(argument, facts);
    return value.ok ? done({ name: comparison, value: value.value, ...negate }) : value;
  }
  const plain = PLAIN_OPERATORS.find((one) => one.toLowerCase() === name);
  if (plain !== undefined) return done({ name: plain, ...negate });
  switch (name) {
    case 'rx':
    case 'rxglobal': {
      const pattern = parseText(argument, facts);
      return pattern.ok ? done(regex(pattern.value, negate)) : pattern;
    }
    case 'nomatch':
      return done({ name: 'unconditionalMatch', ...(written.negate ? {} : { negate: true }) });
    case 'pm': {
      const words = argument
        .split(/\s+/)
        .filter((word) => word !== '')
        .map(unescapeHex);
      return words.length === 0 ? refuse('@pm has no words') : done({ name: 'pm', words: unique(words), ...negate });
    }
    case 'pmf':
    case 'pmfromfile': {
      const words = readLists(argument, place, readData);
      return words.ok ? done({ name: 'pm', words: words.value, ...negate }) : words;
    }
    case 'ipmatch':
      return addresses(argument.split(','), negate);
    case 'ipmatchf':
    case 'ipmatchfromfile': {
      const lines = readLists(argument, place, readData);
      return lines.ok ? addresses(lines.value, negate) : lines;
    }
    case 'validatebyterange':
      return byteRanges(argument, negate);
    default:
      return refuse(
        NOT_TAKEN.has(name)
          ? `@${written.name} ${NOT_TAKEN.get(name)}`
          : `the operator @${written.name} is not known here`,
      );
  }
}

type Negation = { readonly negate?: true };

/** `rx` where the pattern is known, `rxMacro` where a part comes with the request. */
export function regex(pattern: Text, negate: Negation): Operator {
  if (typeof pattern !== 'string') return { name: 'rxMacro', pattern, ...negate };
  // An empty pattern is found in every value; the schema wants one that says so.
  return { name: 'rx', pattern: pattern === '' ? '^' : pattern, ...negate };
}

/** The words of lists, one a line; lines that begin with `#` are comments. */
function readLists(argument: string, place: Place, readData: ReadData): Parsed<string[]> {
  const words: string[] = [];
  for (const file of argument.split(/\s+/).filter((name) => name !== '')) {
    const text = readData(file, place);
    if (text === null) return refuse(`the file ${file} is not there`);
    for (const line of text.split('\n')) {
      const word = line.trim();
      if (word !== '' && !word.startsWith('#')) words.push(word);
    }
  }
  return words.length === 0 ? refuse(`${argument} holds no words`) : { ok: true, value: unique(words) };
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words)];
}

/** `a|20|b`: bytes in hexadecimal between bars, as in Snort's content; a text whose bars do not fit stays as it is. */
function unescapeHex(word: string): string {
  return word.replaceAll(/\|((?:[0-9a-f]{2} ?)+)\|/gi, (_, bytes: string) =>
    bytes.replaceAll(/[0-9a-f]{2} ?/gi, (byte) => String.fromCharCode(Number.parseInt(byte, 16))),
  );
}

function addresses(list: readonly string[], negate: Negation): Parsed<Operator> {
  const found = unique(list.map((address) => address.trim()).filter((address) => address !== ''));
  return found.length === 0
    ? refuse('@ipMatch has no addresses')
    : done({ name: 'ipMatch', addresses: found, ...negate });
}

function byteRanges(argument: string, negate: Negation): Parsed<Operator> {
  const ranges: [number, number][] = [];
  for (const part of argument.split(',')) {
    const [, from, to] = /^\s*(\d{1,3})(?:\s*-\s*(\d{1,3}))?\s*$/.exec(part) ?? [];
    const [low, high] = [Number(from), Number(to ?? from)];
    if (from === undefined || high > 255 || low > high) return refuse(`"${part}" is no range of bytes`);
    ranges.push([low, high]);
  }
  return done({ name: 'validateByteRange', ranges, ...negate });
}

function done(operator: Operator): Parsed<Operator> {
  return { ok: true, value: operator };
}

function refuse(message: string): Parsed<never> {
  return { ok: false, problems: [{ path: '', message }] };
}
