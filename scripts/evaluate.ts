/** `npm run evaluate`: how the pure pipeline does on labelled requests. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import bundledRuleset from '../rules/owasp-core.json' with { type: 'json' };
import bundledModel from '../model/weights.json' with { type: 'json' };
import { readLabelledRequests, viewLabelled } from '../model/labelled-request.ts';
import { parseModel } from '../model/schema.ts';
import { parseRuleset } from '../rules/schema.ts';
import { defaultPolicy } from '../src/edge/default-policy.ts';
import { judge, type JudgeSnapshot } from '../src/edge/judge.ts';
import { compileModel } from '../src/edge/score/mlp.ts';
import { checkRuleset } from '../src/edge/waf/check-ruleset.ts';
import { compileRuleset } from '../src/edge/waf/compile.ts';
import type { Problem } from '../src/parse.ts';
import { formatReport, toJson } from './evaluate/table.ts';
import { Tally, type Report } from './evaluate/tally.ts';

const HELP = `Usage: npm run evaluate -- FILE.jsonl[.gz] [--ruleset FILE] [--json]

Runs rules, fingerprint, score and decision over labelled requests, one JSON object a line:
  {"id", "source", "label": "attack" | "benign", "category", "method", "path", "headers", "body"?}

  --ruleset FILE  rules to use instead of rules/owasp-core.json
  --json          one JSON object on standard output instead of the table
  --help          this text
`;

/** What is wrong with the input, for the person who gave it. */
class InputError extends Error {}

/** Bad lines are told one by one up to here, then counted. */
const TOLD_LINES = 5;
const PROGRESS_EVERY = 1000;

/** Nothing is known of the addresses in a corpus. */
const NO_REPUTATION = { score: 0, signals: [] };
const NO_NETWORK = { ip: '' };

function loadSnapshot(rulesetPath: string | undefined): JudgeSnapshot {
  const rules = parseRuleset(rulesetPath === undefined ? bundledRuleset : readJson(rulesetPath));
  const named = rulesetPath ?? 'rules/owasp-core.json';
  if (!rules.ok) throw new InputError(`${named} is not a ruleset:\n${listProblems(rules.problems)}`);
  const checked = checkRuleset(rules.value);
  if (!checked.ok) throw new InputError(`${named} would not be accepted:\n${listProblems(checked.problems)}`);
  const model = parseModel(bundledModel);
  if (!model.ok) throw new InputError(`model/weights.json is not a model:\n${listProblems(model.problems)}`);
  return {
    active: [{ name: 'owasp-core', mode: 'block', ruleset: compileRuleset(checked.value) }],
    model: compileModel(model.value),
    policy: defaultPolicy({}),
  };
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new InputError(`${path}: ${messageOf(error)}`);
  }
}

function listProblems(problems: readonly Problem[]): string {
  return problems.map(({ path, message }) => `  ${path === '' ? '' : `${path}: `}${message}`).join('\n');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function evaluateFile(path: string, snapshot: JudgeSnapshot): Promise<{ report: Report; bad: number }> {
  const tally = new Tally(snapshot.policy.thresholds.challenge);
  let rows = 0;
  let bad = 0;
  try {
    for await (const { line, request } of readLabelledRequests(path)) {
      if (!request.ok) {
        bad++;
        const [first] = request.problems;
        const where = first === undefined || first.path === '' ? '' : `${first.path}: `;
        if (bad <= TOLD_LINES)
          process.stderr.write(`line ${line} left out: ${where}${first?.message ?? 'unreadable'}\n`);
        continue;
      }
      tally.add(request.value, judge(viewLabelled(request.value), NO_NETWORK, NO_REPUTATION, snapshot));
      rows++;
      if (rows % PROGRESS_EVERY === 0) process.stderr.write(`${rows} requests judged\n`);
    }
  } catch (error) {
    throw new InputError(`${path}: ${messageOf(error)}`);
  }
  return { report: tally.report(), bad };
}

const ARGUMENTS = {
  allowPositionals: true,
  options: { ruleset: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
} as const;

function readArguments(): ReturnType<typeof parseArgs<typeof ARGUMENTS>> {
  try {
    return parseArgs(ARGUMENTS);
  } catch (error) {
    throw new InputError(`${messageOf(error)}\n\n${HELP}`);
  }
}

async function main(): Promise<void> {
  const { values, positionals } = readArguments();
  if (values.help === true) {
    process.stdout.write(HELP);
    return;
  }
  const [path] = positionals;
  if (path === undefined || positionals.length > 1)
    throw new InputError(`name one file of labelled requests\n\n${HELP}`);
  const { report, bad } = await evaluateFile(path, loadSnapshot(values.ruleset));
  if (bad > 0) process.stderr.write(`${bad} lines left out\n`);
  if (report.rows === 0) throw new InputError(`${path} holds no labelled request that can be read`);
  process.stdout.write(values.json === true ? `${JSON.stringify(toJson(report))}\n` : formatReport(report));
}

try {
  await main();
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
