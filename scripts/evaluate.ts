/** `npm run evaluate`: how the pure pipeline does on labelled requests. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import bundledModel from '../model/weights.json' with { type: 'json' };
import { readLabelledRequests, viewLabelled } from '../model/labelled-request.ts';
import { bundledRulesets } from '../model/rulesets.ts';
import { parseModel } from '../model/schema.ts';
import { parseRuleset } from '../rules/schema.ts';
import type { ActiveRuleset } from '../src/edge/active-rulesets.ts';
import { BUNDLED_RULESETS } from '../src/edge/ruleset-names.ts';
import { defaultPolicy } from '../src/edge/default-policy.ts';
import { judge, type JudgeSnapshot } from '../src/edge/judge.ts';
import { compileModel } from '../src/edge/score/mlp.ts';
import { checkRuleset } from '../src/edge/waf/check-ruleset.ts';
import { compileRuleset } from '../src/edge/waf/compile.ts';
import type { Problem } from '../src/parse.ts';
import { formatReport, toJson } from './evaluate/table.ts';
import { Tally, type Report } from './evaluate/tally.ts';

const HELP = `Usage: npm run evaluate -- FILE.jsonl[.gz] [--ruleset FILE]... [--mode MODE] [--json]

Runs rules, fingerprint, score and decision over labelled requests, one JSON object a line:
  {"id", "source", "label": "attack" | "benign", "category", "method", "path", "headers", "body"?}

  --ruleset FILE  a ruleset beside the bundled ones, such as npm run rules:import writes; one with the name of a bundled
                  ruleset takes its place. May be repeated. "rules alone" are then these rulesets, as if they blocked
  --mode MODE     how these rulesets act: weigh (the score takes their evidence; the default), block, or detect
  --json          one JSON object on standard output instead of the table
  --help          this text
`;

const MODES: readonly ActiveRuleset['mode'][] = ['block', 'weigh', 'detect'];

/** What is wrong with the input, for the person who gave it. */
class InputError extends Error {}

/** Bad lines are told one by one up to here, then counted. */
const TOLD_LINES = 5;
const PROGRESS_EVERY = 1000;

/** Nothing is known of the addresses in a corpus. */
const NO_REPUTATION = { score: 0, signals: [] };
const NO_NETWORK = { ip: '' };

function loadSnapshot(added: readonly ActiveRuleset[]): JudgeSnapshot {
  const model = parseModel(bundledModel);
  if (!model.ok) throw new InputError(`model/weights.json is not a model:\n${listProblems(model.problems)}`);
  const replaced = new Set(added.map(({ name }) => name));
  return {
    active: [...bundledRulesets().filter(({ name }) => !replaced.has(name)), ...added],
    model: compileModel(model.value),
    policy: defaultPolicy({}),
  };
}

/** A ruleset of a bundled name stands for that one, and blocks as it does. */
function loadRuleset(path: string, mode: ActiveRuleset['mode']): ActiveRuleset {
  const rules = parseRuleset(readJson(path));
  if (!rules.ok) throw new InputError(`${path} is not a ruleset:\n${listProblems(rules.problems)}`);
  const checked = checkRuleset(rules.value);
  if (!checked.ok) throw new InputError(`${path} would not be accepted:\n${listProblems(checked.problems)}`);
  const { name } = checked.value;
  return { name, mode: BUNDLED_RULESETS.includes(name) ? 'block' : mode, ruleset: compileRuleset(checked.value) };
}

function readMode(mode: string): ActiveRuleset['mode'] {
  const known = MODES.find((one) => one === mode);
  if (known === undefined) throw new InputError(`--mode is ${mode}, and must be ${MODES.join(', ')}\n\n${HELP}`);
  return known;
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

async function evaluateFile(
  path: string,
  snapshot: JudgeSnapshot,
  asked: readonly string[],
): Promise<{ report: Report; bad: number }> {
  const tally = new Tally(snapshot.policy.thresholds.challenge, asked);
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
  options: {
    ruleset: { type: 'string', multiple: true },
    mode: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
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
  const mode = readMode(values.mode ?? 'weigh');
  const added = (values.ruleset ?? []).map((file) => loadRuleset(file, mode));
  const snapshot = loadSnapshot(added);
  const asked = (added.length === 0 ? snapshot.active : added).map(({ name }) => name);
  const { report, bad } = await evaluateFile(path, snapshot, asked);
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
