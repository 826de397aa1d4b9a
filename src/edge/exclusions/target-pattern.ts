import { COLLECTIONS, type Collection } from '../../../rules/schema.ts';
import type { Parsed } from '../../parse.ts';
import { toByteString } from '../waf/bytes.ts';
import type { Matcher } from '../waf/operators.ts';
import { runInRe2 } from '../waf/regex/engines.ts';
import { readPattern } from '../waf/regex/pattern.ts';
import { printPattern } from '../waf/regex/print-pattern.ts';

/** What an exclusion takes out of the sight of rules. */
export interface TargetPattern {
  readonly collection: Collection;
  /** Whether a member of this name is meant; undefined means every member. */
  readonly isMeant: ((name: string) => boolean) | undefined;
}

const SHAPE = /^(!?)([A-Z][A-Z_]*)(?::([^]*))?$/;
/** `/.../`, as SecLang writes a selector that is a regular expression. */
const REGEX = /^\/([^]+)\/$/;

/**
 * Reads a target as SecLang writes it: `ARGS`, `ARGS:comment`, `ARGS:/^json\.items\.\d+\.html$/`; and with `[]` for any index of
 * an array in JSON, `ARGS:json.items.[].html`. Names are compared without regard to case. A regular expression runs on RE2, which
 * is linear whatever it says, and is made ready for the first name it is asked about: few ever are.
 */
export function readTarget(text: string): Parsed<TargetPattern> {
  const [, not, collection = '', selector] = SHAPE.exec(text) ?? [];
  if (not === '!') return refuse('is taken out as it is: leave the exclamation mark away');
  if (!isCollection(collection)) return refuse(`${collection || text.slice(0, 40)} is no variable`);
  if (selector === undefined) return { ok: true, value: { collection, isMeant: undefined } };
  if (selector === '') return refuse('has no name after the colon');
  const [, source] = REGEX.exec(selector) ?? [];
  if (source === undefined && !selector.includes('[]')) {
    const wanted = toByteString(selector).toLowerCase();
    return { ok: true, value: { collection, isMeant: (name) => name.toLowerCase() === wanted } };
  }
  const pattern = toByteString(source ?? `^${selector.split('[]').map(escape).join('\\d+')}$`);
  const read = readPattern(pattern, true);
  if (!read.ok) return refuse(`is no regular expression that can run here: ${read.reason}`);
  const printed = printPattern(read.pattern);
  let matcher: Matcher | undefined;
  if (printed.includes('{')) {
    // Too many repetitions are all that RE2 refuses of what could be printed.
    try {
      matcher = runInRe2(printed);
    } catch (error) {
      return refuse(`is no regular expression that can run here: ${error instanceof Error ? error.message : ''}`);
    }
  }
  return { ok: true, value: { collection, isMeant: (name) => (matcher ??= runInRe2(printed))(name) !== null } };
}

function isCollection(name: string): name is Collection {
  return (COLLECTIONS as readonly string[]).includes(name);
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function refuse(message: string): Parsed<never> {
  return { ok: false, problems: [{ path: '', message }] };
}
