import { COLLECTIONS, type Collection } from '../../../rules/schema.ts';
import type { Parsed } from '../../parse.ts';
import { toByteString } from '../waf/bytes.ts';
import { LazyDfa } from '../waf/regex/lazy-dfa.ts';
import { isIrregular } from '../waf/regex/pattern.ts';
import { compileProgram, TooLarge, type Program } from '../waf/regex/program.ts';
import { readPattern } from '../waf/regex/read-pattern.ts';

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
 * an array in JSON, `ARGS:json.items.[].html`. Names are compared without regard to case. A regular expression runs on the
 * lazy automaton, which is linear whatever the expression says, and is made for the first name it is asked about: few ever are.
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
  const program = readProgram(pattern);
  if (!program.ok) return program;
  let automaton: LazyDfa | undefined;
  return { ok: true, value: { collection, isMeant: (name) => (automaton ??= new LazyDfa(program.value)).test(name) } };
}

function readProgram(pattern: string): Parsed<Program> {
  const read = readPattern(pattern, true);
  if (!read.ok) return refuse(`is no regular expression: ${read.reason}`);
  if (isIrregular(read.pattern)) return refuse('has look-around or back-references, which take no linear time');
  try {
    return { ok: true, value: compileProgram(read.pattern) };
  } catch (error) {
    if (error instanceof TooLarge) return refuse(error.message);
    throw error;
  }
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
