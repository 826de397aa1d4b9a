import type { Parsed } from '../../src/parse.ts';
import { TRANSFORMATIONS, type Assignment, type Transformation } from '../schema.ts';
import type { SecAction, SecSelection } from './ast.ts';
import type { DraftControl } from './draft.ts';
import { parseText, type RuleFacts } from './macros.ts';
import { parseIds } from './parse-seclang.ts';
import { isPersistent, NOT_PERSISTENT, translateVariable } from './translate-variables.ts';
import { parseVariables } from './variables.ts';

/** What the actions of one link do to a request, apart from the decision about it. */
export interface Effects {
  readonly transformations: readonly Transformation[];
  readonly multiMatch: boolean;
  readonly capture: boolean;
  readonly assignments: readonly Assignment[];
  readonly controls: readonly DraftControl[];
  readonly faults: readonly string[];
  readonly losses: readonly string[];
}

/** Without a counterpart, and why. What is neither here nor known is a fault of the rule. */
const LOST: ReadonlyMap<string, string> = new Map(
  Object.entries({
    initcol: NOT_PERSISTENT,
    expirevar: NOT_PERSISTENT,
    deprecatevar: NOT_PERSISTENT,
    setsid: NOT_PERSISTENT,
    setuid: NOT_PERSISTENT,
    setrsc: NOT_PERSISTENT,
    setenv: 'there is no server to set a variable of',
    exec: 'programs cannot run in a Worker',
    prepend: 'the answer is not rewritten',
    append: 'the answer is not rewritten',
    pause: 'a Worker does not hold requests back',
    redirect: 'the request is refused instead',
    proxy: 'the request is refused instead',
  }),
);

/** Read elsewhere, or without meaning here: EdgeShield writes and redacts its records by its own rules. */
const SILENT = new Set(
  (
    'id phase msg logdata severity tag ver rev maturity accuracy status chain log nolog auditlog noauditlog ' +
    'pass block deny drop allow skip skipafter xmlns sanitisearg sanitisematched sanitisematchedbytes ' +
    'sanitiserequestheader sanitiseresponseheader'
  ).split(' '),
);

const CANONICAL: ReadonlyMap<string, Transformation> = new Map([
  ...TRANSFORMATIONS.map((name) => [name.toLowerCase(), name] as const),
  ['normalisepath', 'normalizePath'],
  ['normalisepathwin', 'normalizePathWin'],
]);

/** `defaults` are those of the phase; their transformations come first, unless the rule begins anew with `t:none`. */
export function translateActions(
  actions: readonly SecAction[],
  defaults: readonly SecAction[],
  facts: RuleFacts,
): Effects {
  let transformations: Transformation[] = [];
  let multiMatch = false;
  let capture = false;
  const assignments: Assignment[] = [];
  const controls: DraftControl[] = [];
  const faults: string[] = [];
  const losses: string[] = [];
  for (const { name, argument } of [...defaults.filter(({ name }) => name === 't'), ...actions]) {
    const value = argument ?? '';
    if (name === 't') {
      const step = CANONICAL.get(value.toLowerCase());
      if (value.toLowerCase() === 'none') transformations = [];
      else if (step !== undefined) transformations.push(step);
      else faults.push(`the transformation ${value} is not known here`);
    } else if (name === 'multimatch') multiMatch = true;
    else if (name === 'capture') capture = true;
    else if (name === 'setvar') {
      const read = parseAssignment(value, facts);
      if (read.ok) assignments.push(read.value);
      else losses.push(`setvar:${value}: ${read.problems[0]?.message ?? ''}`);
    } else if (name === 'ctl') {
      const read = translateControl(value);
      if (read.ok) controls.push(...read.value);
      else losses.push(`ctl:${value}: ${read.problems[0]?.message ?? ''}`);
    } else if (LOST.has(name)) losses.push(`${name}: ${LOST.get(name)}`);
    else if (!SILENT.has(name)) faults.push(`the action ${name} is not known here`);
  }
  return { transformations, multiMatch, capture, assignments, controls, faults, losses };
}

/** `tx.a=1`, `tx.a=+%{tx.b}`, `tx.a=-1`, `!tx.a`, and `tx.a`, which sets 1. */
function parseAssignment(written: string, facts: RuleFacts): Parsed<Assignment> {
  const [, unset, collection = '', name = '', value] =
    /^\s*(!?)(\w+)\.((?:%\{[^}]*\}|[^=])+)(?:=([^]*))?$/.exec(written) ?? [];
  if (isPersistent(collection)) return refuse(NOT_PERSISTENT);
  if (collection.toLowerCase() !== 'tx') return refuse('only TX variables can be set');
  const variable = parseText(name.trim().toLowerCase(), facts);
  if (!variable.ok) return variable;
  if (unset === '!') return { ok: true, value: { variable: variable.value, operation: 'unset' } };
  const [sign] = value ?? '';
  const isNumber = sign === '+' || sign === '-';
  const operand = parseText(isNumber ? value!.slice(1) : (value ?? '1'), facts);
  if (!operand.ok) return operand;
  const operation = sign === '+' ? 'add' : sign === '-' ? 'subtract' : 'set';
  return { ok: true, value: { variable: variable.value, operation, value: operand.value } };
}

/** Have to do with the records of ModSecurity alone. */
const OF_THE_LOG = new Set(['auditengine', 'auditlogparts', 'debugloglevel']);
const PROCESSORS = ['URLENCODED', 'MULTIPART', 'JSON', 'XML'] as const;
const ENGINE: ReadonlyMap<string, 'on' | 'off' | 'detect'> = new Map([
  ['on', 'on'],
  ['off', 'off'],
  ['detectiononly', 'detect'],
] as const);

function translateControl(written: string): Parsed<readonly DraftControl[]> {
  const [, option = '', value = ''] = /^\s*(\w+)(?:=([^]*))?$/.exec(written) ?? [];
  const name = option.toLowerCase();
  if (OF_THE_LOG.has(name)) return { ok: true, value: [] };
  switch (name) {
    case 'ruleremovebyid':
      return removeRules(parseIds([value]));
    case 'ruleremovebytag':
      return removeRules({ ok: true, value: { by: 'tag', pattern: value } });
    case 'ruleremovebymsg':
      return removeRules({ ok: true, value: { by: 'msg', pattern: value } });
    case 'ruleremovetargetbyid':
      return removeTargets(value, (ids) => parseIds([ids]));
    case 'ruleremovetargetbytag':
      return removeTargets(value, (pattern) => ({ ok: true, value: { by: 'tag', pattern } }));
    case 'ruleremovetargetbymsg':
      return removeTargets(value, (pattern) => ({ ok: true, value: { by: 'msg', pattern } }));
    case 'ruleengine': {
      const mode = ENGINE.get(value.toLowerCase());
      return mode === undefined ? refuse('has no such mode') : { ok: true, value: [{ name: 'ruleEngine', mode }] };
    }
    case 'forcerequestbodyvariable':
      return { ok: true, value: value.toLowerCase() === 'on' ? [{ name: 'forceRequestBodyVariable' }] : [] };
    case 'requestbodyprocessor': {
      const processor = PROCESSORS.find((one) => one === value.toUpperCase());
      return processor === undefined
        ? refuse('there is no such body processor')
        : { ok: true, value: [{ name: 'requestBodyProcessor', processor }] };
    }
    default:
      return refuse('the policy decides about that');
  }
}

function removeRules(selection: Parsed<SecSelection>): Parsed<readonly DraftControl[]> {
  return selection.ok ? { ok: true, value: [{ name: 'removeRules', selection: selection.value }] } : selection;
}

/** `942100;ARGS:password`. */
function removeTargets(
  value: string,
  parseSelection: (written: string) => Parsed<SecSelection>,
): Parsed<readonly DraftControl[]> {
  const semicolon = value.indexOf(';');
  if (semicolon < 0) return refuse('names no target');
  const selection = parseSelection(value.slice(0, semicolon).trim());
  if (!selection.ok) return selection;
  const variables = parseVariables(value.slice(semicolon + 1).trim());
  if (!variables.ok) return variables;
  const controls: DraftControl[] = [];
  for (const variable of variables.value) {
    const target = translateVariable({ ...variable, exclude: false, count: false });
    if (typeof target === 'string') return refuse(target);
    controls.push({ name: 'removeTarget', selection: selection.value, target });
  }
  return { ok: true, value: controls };
}

function refuse(message: string): Parsed<never> {
  return { ok: false, problems: [{ path: '', message }] };
}
