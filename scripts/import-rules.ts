/** `npm run rules:import`: SecLang, such as OWASP CRS, as a ruleset that the registry takes. */
import { existsSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import type { Paranoia } from '../rules/seclang/draft.ts';
import type { SecSelection } from '../rules/seclang/ast.ts';
import { importSecLang } from '../rules/seclang/import-seclang.ts';
import { checkRuleset } from '../src/edge/waf/check-ruleset.ts';
import type { PreparedRuleset } from '../src/edge/waf/prepared-ruleset.ts';
import type { Engine } from '../src/edge/waf/regex/matcher.ts';
import type { Problem } from '../src/parse.ts';
import { isRulesetName, RULESET_NAME_RULE } from '../src/edge/ruleset-names.ts';
import { parseIds } from '../rules/seclang/parse-seclang.ts';
import { findRules, findSetup, readDataFile, RuleFiles } from './import-rules/read-files.ts';
import { formatImport } from './import-rules/report.ts';

const HELP = `Usage: npm run rules:import -- DIR --out FILE [--setup FILE] [--paranoia N] [--exclude ID,...] [--name NAME] [--json]

Turns the SecLang rules of a folder, such as OWASP CRS 3.3 or 4, into a ruleset for POST /admin/rules/reload.
DIR is a folder with .conf and .data files, a source tree of CRS, or one .conf file.

  --out FILE        where the ruleset goes
  --setup FILE      the set-up that is read first; without it crs-setup.conf or crs-setup.conf.example beside DIR
  --paranoia N      paranoia level, 1 to 4, instead of what the set-up says
  --exclude ID,...  rules to leave out: ids and ranges (942100,943000-943999)
  --name NAME       the ruleset's name                                       (crs)
  --json            the report as one JSON object on standard output
  --help            this text
`;

/** What is wrong with the input, for the person who gave it. */
class InputError extends Error {}

interface Options {
  readonly path: string;
  readonly out: string;
  readonly setup: string | null;
  readonly paranoia: Paranoia | null;
  readonly exclude: SecSelection | null;
  readonly name: string;
  readonly json: boolean;
}

const ARGUMENTS = {
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    setup: { type: 'string' },
    paranoia: { type: 'string' },
    exclude: { type: 'string' },
    name: { type: 'string', default: 'crs' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
} as const;

/** The options, or null when only help was asked for. */
function readOptions(): Options | null {
  const { values, positionals } = readArguments();
  if (values.help) return null;
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new InputError(`name one folder of rules\n\n${HELP}`);
  if (!existsSync(path))
    throw new InputError(`there is no ${path}. CRS is published at https://github.com/coreruleset/coreruleset`);
  if (values.out === undefined) throw new InputError(`say with --out where the ruleset goes\n\n${HELP}`);
  if (!existsSync(dirname(values.out))) throw new InputError(`there is no folder ${dirname(values.out)} for --out`);
  if (values.setup !== undefined && !existsSync(values.setup))
    throw new InputError(`there is no set-up ${values.setup}`);
  if (!isRulesetName(values.name)) throw new InputError(`--name ${RULESET_NAME_RULE}`);
  return {
    path,
    out: values.out,
    setup: values.setup ?? null,
    paranoia: readParanoia(values.paranoia),
    exclude: readExclude(values.exclude),
    name: values.name,
    json: values.json,
  };
}

function readArguments(): ReturnType<typeof parseArgs<typeof ARGUMENTS>> {
  try {
    return parseArgs(ARGUMENTS);
  } catch (error) {
    throw new InputError(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  }
}

function readParanoia(written: string | undefined): Paranoia | null {
  if (written === undefined) return null;
  const level = Number(written);
  if (level === 1 || level === 2 || level === 3 || level === 4) return level;
  throw new InputError(`--paranoia takes 1, 2, 3 or 4, not "${written}"`);
}

function readExclude(written: string | undefined): SecSelection | null {
  if (written === undefined) return null;
  const ids = parseIds([written]);
  if (!ids.ok) throw new InputError(`--exclude: ${ids.problems[0]?.message ?? ''}`);
  return ids.value;
}

function run(options: Options): void {
  const started = performance.now();
  const rules = findRules(options.path);
  const setup = options.setup ?? findSetup(rules);
  const files = new RuleFiles();
  const source = {
    setup: setup === null ? [] : files.readFile(setup),
    rules: files.readRules(rules),
    readData: readDataFile,
  };
  if (source.rules.length === 0) throw new InputError(`${options.path} holds no .conf file`);
  const { name, paranoia, exclude } = options;
  const imported = importSecLang(source, { name, paranoia, exclude });
  if (!imported.ok) throw new InputError(listProblems(options.path, imported.problems));
  const { ruleset, report } = imported.value;
  if (ruleset.rules.length === 0) throw new InputError(`${options.path} holds no rule that can be taken`);
  // What the registry will say of it, before anybody sends it there.
  const checked = checkRuleset(ruleset);
  if (!checked.ok) throw new InputError(listProblems(options.path, checked.problems));
  const text = `${JSON.stringify(ruleset, leaveOutExamples)}\n`;
  writeFileSync(options.out, text);
  const result = {
    report,
    files: files.read,
    engines: countEngines(checked.value),
    setup,
    setupChosen: options.setup === null,
    name: ruleset.name,
    version: ruleset.version,
    out: options.out,
    bytes: Buffer.byteLength(text),
    milliseconds: Math.round(performance.now() - started),
  };
  process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : formatImport(result));
}

function listProblems(path: string, problems: readonly Problem[]): string {
  const list = problems.map((problem) => `  ${problem.path}: ${problem.message}`).join('\n');
  return `${path} makes no ruleset that would be accepted:\n${list}`;
}

/** Who runs the branches of the rules' regular expressions. */
function countEngines({ prepared }: PreparedRuleset): Readonly<Record<Engine, number>> {
  const engines = { v8: 0, dfa: 0, memory: 0 };
  for (const { engine } of prepared.rules.flat().flatMap(({ branches }) => branches)) {
    if (engine !== undefined) engines[engine]++;
  }
  return engines;
}

/** Imported rules have none, and the schema wants none. */
function leaveOutExamples(key: string, value: unknown): unknown {
  return key === 'examples' ? undefined : value;
}

try {
  const options = readOptions();
  if (options === null) process.stdout.write(HELP);
  else run(options);
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
