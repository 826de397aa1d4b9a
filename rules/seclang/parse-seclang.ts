import type { Parsed } from '../../src/parse.ts';
import { parseActions } from './actions.ts';
import type { Place, SecDirective, SecFile, SecOperator, SecProblem, SecSelection } from './ast.ts';
import { joinLines } from './lines.ts';
import { parseVariables } from './variables.ts';
import { splitWords } from './words.ts';

/**
 * Reads one file of SecLang. What cannot be read is a problem with its place, and the rest is read all the same. `text` is a byte
 * string: patterns hold bytes, and no file says what its encoding is.
 */
export function parseSecLang(text: string, file: string): SecFile {
  const directives: SecDirective[] = [];
  const problems: SecProblem[] = [];
  const section = new Section();
  for (const { line, text: written } of joinLines(text)) {
    const place = { file, line };
    if (written.startsWith('<')) {
      const problem = section.enter(written);
      if (problem !== null) problems.push({ place, message: problem });
      continue;
    }
    if (section.isLeftOut) continue;
    const read = parseDirective(written, place);
    if (read.ok) directives.push(read.value);
    else problems.push({ place, message: read.problems[0]?.message ?? 'cannot be read' });
  }
  return { directives, problems };
}

/**
 * Apache's sections. `<IfModule>` and `<IfDefine>` are seen through; rules for a part of a site (`<Location>`) must not become
 * rules for the whole, so those are left out.
 */
class Section {
  #depth = 0;

  get isLeftOut(): boolean {
    return this.#depth > 0;
  }

  enter(written: string): string | null {
    if (/^<\/?If(?:Module|Define|Version)\b/i.test(written)) return null;
    if (written.startsWith('</')) this.#depth = Math.max(0, this.#depth - 1);
    else if (this.#depth++ === 0)
      return `${written}: rules for a part of a site cannot be taken; the section is left out`;
    return null;
  }
}

function parseDirective(written: string, place: Place): Parsed<SecDirective> {
  const words = splitWords(written);
  if (!words.ok) return words;
  const [name = '', ...rest] = words.value;
  switch (name.toLowerCase()) {
    case 'secrule':
      return parseRule(rest, place);
    case 'secaction': {
      if (rest.length !== 1) return fail('SecAction takes a list of actions');
      const actions = parseActions(rest[0]!);
      if (!actions.ok) return actions;
      return done({ kind: 'rule', place, variables: [], operator: null, actions: actions.value });
    }
    case 'secmarker': {
      // Written as an id, as a name, or as the list of actions that it is for old engines.
      const label = /^id:(.*)$/.exec(rest[0] ?? '')?.[1] ?? rest[0] ?? '';
      return label === '' ? fail('SecMarker takes a name') : done({ kind: 'marker', place, name: label });
    }
    case 'secdefaultaction': {
      const actions = parseActions(rest.join(','));
      return actions.ok ? done({ kind: 'defaultAction', place, actions: actions.value }) : actions;
    }
    case 'secruleupdatetargetbyid':
      return parseUpdateTarget(parseIds(rest.slice(0, 1)), rest, place);
    case 'secruleupdatetargetbytag':
      return parseUpdateTarget(parsePattern('tag', rest[0]), rest, place);
    case 'secruleupdatetargetbymsg':
      return parseUpdateTarget(parsePattern('msg', rest[0]), rest, place);
    case 'secruleupdateactionbyid': {
      const selection = parseIds(rest.slice(0, 1));
      const actions = parseActions(rest[1] ?? '');
      if (!selection.ok) return selection;
      return actions.ok
        ? done({ kind: 'updateAction', place, selection: selection.value, actions: actions.value })
        : actions;
    }
    case 'secruleremovebyid':
      return parseRemove(parseIds(rest), place);
    case 'secruleremovebytag':
      return parseRemove(parsePattern('tag', rest[0]), place);
    case 'secruleremovebymsg':
      return parseRemove(parsePattern('msg', rest[0]), place);
    case 'seccomponentsignature':
      return done({ kind: 'signature', place, text: rest[0] ?? '' });
    case 'include':
    case 'includeoptional': {
      const [path] = rest;
      if (path === undefined) return fail(`${name} takes a path`);
      return done({ kind: 'include', place, path, optional: name.toLowerCase() === 'includeoptional' });
    }
    default:
      return done({ kind: 'setting', place, name, arguments: rest });
  }
}

function parseRule(words: readonly string[], place: Place): Parsed<SecDirective> {
  const [targets, operator, list, ...more] = words;
  if (targets === undefined || operator === undefined || more.length > 0) {
    return fail('SecRule takes variables, an operator and a list of actions');
  }
  const variables = parseVariables(targets);
  if (!variables.ok) return variables;
  const actions = parseActions(list ?? '');
  if (!actions.ok) return actions;
  return done({
    kind: 'rule',
    place,
    variables: variables.value,
    operator: parseOperator(operator),
    actions: actions.value,
  });
}

/** `!@rx pattern`, or a pattern alone. */
export function parseOperator(text: string): SecOperator {
  const [, negation = '', rest = ''] = /^\s*(!?)\s*([^]*)$/.exec(text) ?? [];
  const negate = negation !== '';
  const named = /^@(\w+)(?:\s+([^]*))?$/.exec(rest);
  if (named === null) return { name: 'rx', negate, argument: rest };
  return { name: named[1] ?? '', negate, argument: (named[2] ?? '').trimEnd() };
}

function parseUpdateTarget(
  selection: Parsed<SecSelection>,
  words: readonly string[],
  place: Place,
): Parsed<SecDirective> {
  if (!selection.ok) return selection;
  const variables = parseVariables(words[1] ?? '');
  if (!variables.ok) return variables;
  const replaced = words[2] === undefined ? null : parseVariables(words[2]);
  if (replaced?.ok === false) return replaced;
  return done({
    kind: 'updateTarget',
    place,
    selection: selection.value,
    variables: variables.value,
    replaced: replaced?.value ?? null,
  });
}

function parseRemove(selection: Parsed<SecSelection>, place: Place): Parsed<SecDirective> {
  return selection.ok ? done({ kind: 'remove', place, selection: selection.value }) : selection;
}

/** `942100`, `942100-942199`, any number of them, separated by blanks or commas. */
export function parseIds(words: readonly string[]): Parsed<SecSelection> {
  const ranges: (readonly [number, number])[] = [];
  for (const word of words.flatMap((word) => word.split(/[\s,]+/)).filter((word) => word !== '')) {
    const [, from, to] = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(word) ?? [];
    if (from === undefined) return fail(`"${word}" is no rule id`);
    ranges.push([Number(from), Number(to ?? from)]);
  }
  return ranges.length === 0 ? fail('names no rule') : { ok: true, value: { by: 'id', ranges } };
}

function parsePattern(by: 'tag' | 'msg', pattern: string | undefined): Parsed<SecSelection> {
  return pattern === undefined || pattern === ''
    ? fail(`takes a ${by === 'tag' ? 'tag' : 'message'}`)
    : { ok: true, value: { by, pattern } };
}

function done(directive: SecDirective): Parsed<SecDirective> {
  return { ok: true, value: directive };
}

function fail(message: string): Parsed<never> {
  return { ok: false, problems: [{ path: '', message }] };
}
