import { codePointToBytes, hexDigit } from '../bytes.ts';
import type { ValueCollector } from '../value-collector.ts';

/** An open object or array: the path of its members, and what the next member is called. */
interface Level {
  readonly path: string;
  readonly isArray: boolean;
  index: number;
  /** The key just read, until its value is; null where the next string is a key. */
  key: string | null;
}

const QUOTE = 34;
const BACKSLASH = 92;

/**
 * Flattens JSON into arguments named `json.a.b.0`. A tolerant scanner, not a parser: a body cut at the inspection limit, with
 * trailing commas, comments or several documents still yields every value that stands in it, for some origin's parser may
 * accept it. Nesting past the limit is flattened into its last allowed level, so that depth hides nothing.
 */
export function collectJson(text: string, out: ValueCollector): void {
  const stack: Level[] = [];
  let surplus = 0;
  let at = 0;
  // Where the member being read begins, key included: what is left from there when the argument limit is reached.
  let member = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    const level = stack.at(-1);
    const start = at;
    if (level === undefined || level.key === null) member = start;
    if (code === QUOTE) {
      const string = readString(text, at);
      at = string.end;
      out.steps += at - start;
      if (level !== undefined && !level.isArray && level.key === null) level.key = string.value;
      else if (!addValue(level, string.value, out)) return addRest(text, member, out);
      continue;
    }
    if (code === 123 || code === 91) {
      out.steps++;
      at++;
      if (out.isFull) {
        out.truncated.add('arguments');
        return addRest(text, member, out);
      }
      if (stack.length < out.limits.jsonDepth) {
        stack.push({ path: memberPath(level, out), isArray: code === 91, index: 0, key: null });
      } else {
        surplus++;
        out.truncated.add('json_depth');
        if (level !== undefined) level.key = null;
      }
      continue;
    }
    if (code === 125 || code === 93) {
      out.steps++;
      at++;
      if (surplus > 0) {
        surplus--;
      } else if (level !== undefined) {
        // A key that never got its value still has its name inspected; so have an empty object's own, and every array's, which
        // rules know without the numbers of its members.
        if (level.key !== null && !addValue(level, '', out)) return addRest(text, member, out);
        stack.pop();
        if ((level.index === 0 || level.isArray) && !out.addArgument('ARGS_POST', level.path, ''))
          return addRest(text, member, out);
        advance(stack.at(-1));
      }
      continue;
    }
    if (code === 44) {
      out.steps++;
      at++;
      if (level !== undefined && level.key !== null && !addValue(level, '', out)) return addRest(text, member, out);
      continue;
    }
    if (code === 58 || code <= 32) {
      out.steps++;
      at++;
      continue;
    }
    at = endOfBareword(text, at);
    out.steps += at - start;
    const word = text.slice(start, at);
    if (level !== undefined && !level.isArray && level.key === null) level.key = word;
    else if (!addValue(level, word, out)) return addRest(text, member, out);
  }
  const open = stack.at(-1);
  if (open !== undefined && open.key !== null) addValue(open, '', out);
}

/** The path of the member that comes next; a long key is cut (and inspected whole, as a value) by the collector. */
function memberPath(level: Level | undefined, out: ValueCollector): string {
  if (level === undefined) return 'json';
  const path = `${level.path}.${level.isArray ? level.index : (level.key ?? '')}`;
  return path.length > out.limits.nameBytes ? out.shortenName('ARGS_POST', path) : path;
}

function addValue(level: Level | undefined, value: string, out: ValueCollector): boolean {
  const added = out.addArgument('ARGS_POST', memberPath(level, out), value);
  advance(level);
  return added;
}

function advance(level: Level | undefined): void {
  if (level === undefined) return;
  level.index++;
  level.key = null;
}

function addRest(text: string, from: number, out: ValueCollector): void {
  out.steps += text.length - from;
  out.addRest('UNPARSED_BODY', '', text.slice(from));
}

/** Numbers, true, false, null, and whatever else stands unquoted, up to the next structural character or blank. */
function endOfBareword(text: string, at: number): number {
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code <= 32 || code === 44 || code === 58 || code === 123 || code === 125 || code === 91 || code === 93) break;
  }
  return at;
}

/** A quoted string from `at`, decoded to UTF-8 bytes; a string that never closes runs to the end. */
function readString(text: string, at: number): { readonly value: string; readonly end: number } {
  let from = at + 1;
  let value = '';
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) return { value: value + text.slice(from, i), end: i + 1 };
    if (code !== BACKSLASH) continue;
    value += text.slice(from, i);
    i++;
    const escape = text.charCodeAt(i);
    if (escape === 117) {
      let unit = readUnit(text, i + 1);
      if (unit < 0) {
        value += 'u';
      } else {
        i += 4;
        if (unit >= 0xd800 && unit < 0xdc00 && text.charCodeAt(i + 1) === BACKSLASH && text.charCodeAt(i + 2) === 117) {
          const low = readUnit(text, i + 3);
          if (low >= 0xdc00 && low < 0xe000) {
            unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
            i += 6;
          }
        }
        value += codePointToBytes(unit);
      }
    } else if (i < text.length) {
      value += SIMPLE_ESCAPES.get(escape) ?? text.charAt(i);
    }
    from = i + 1;
  }
  return { value: value + text.slice(from), end: text.length };
}

/** RFC 8259, section 7; any other escaped character stands for itself. */
const SIMPLE_ESCAPES = new Map([
  [98, '\b'],
  [102, '\f'],
  [110, '\n'],
  [114, '\r'],
  [116, '\t'],
]);

function readUnit(text: string, at: number): number {
  let unit = 0;
  for (let i = at; i < at + 4; i++) {
    const digit = hexDigit(text.charCodeAt(i));
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}
