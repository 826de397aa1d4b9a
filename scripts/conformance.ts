/** `npm run conformance`: how the rules engine does on the regression suite that a CRS release brings along. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Problem } from '../src/parse.ts';
import { readExceptions, VIAS, type Via } from './conformance/exceptions.ts';
import { startEngineSubject } from './conformance/engine-subject.ts';
import { applyOverrides, parseOverrides } from './conformance/overrides.ts';
import { formatReport, toJson } from './conformance/report.ts';
import { runSuite } from './conformance/run.ts';
import { SUITE_SETUP } from './conformance/suite-setup.ts';
import { readSuite } from './conformance/suite.ts';
import { startWorkerSubject } from './conformance/worker-subject.ts';
import { importFolder } from './import-rules/import-folder.ts';

const HELP = `Usage: npm run conformance -- --rules DIR --tests DIR [--setup FILE] [--overrides FILE] [--via engine|worker] [--json]

Runs a CRS regression suite (go-ftw tests) against the rules of the same release, at paranoia level 4 and with the limits that
the suites expect.

  --rules DIR       the release's rules: the folder with its .conf and .data files
  --tests DIR       the release's tests: the folder with its .yaml files, in folders by rule file
  --setup FILE      the release's crs-setup.conf; without it the one beside the rules
  --overrides FILE  what the suite expects of another engine, such as its httpd-overrides.yaml, in place of its own
  --via engine      in this process (the default); tests of the server in front of the rules are skipped
  --via worker      through a local Worker over raw sockets, with the rules released to it
  --only TEXT       only tests whose id contains the text: 920100, or 920100-4
  --json            one JSON object on standard output: {suite, tests, passed, failed, excepted, skipped}
  --help            this text

Tests that cannot pass are declared in scripts/conformance/exceptions/, each with the reason. The command fails when a test
fails that is not declared.
`;

/** What is wrong with the input, for the person who gave it. */
class InputError extends Error {}

const ARGUMENTS = {
  options: {
    rules: { type: 'string' },
    tests: { type: 'string' },
    setup: { type: 'string' },
    overrides: { type: 'string' },
    via: { type: 'string', default: 'engine' },
    only: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
} as const;

async function main(): Promise<void> {
  const { values } = readArguments();
  if (values.help === true) return void process.stdout.write(HELP);
  const { rules: rulesFolder, tests: testsFolder, setup } = values;
  if (rulesFolder === undefined || testsFolder === undefined)
    throw new InputError(`name --rules and --tests\n\n${HELP}`);
  const via = readVia(values.via);

  let tests = orFail(readSuite(testsFolder), 'the tests cannot be read');
  if (values.overrides !== undefined) {
    const overrides = parseOverrides(readText(values.overrides));
    tests = applyOverrides(tests, orFail(overrides, `${values.overrides} cannot be read`));
  }
  const { only } = values;
  if (only !== undefined) tests = tests.filter(({ id }) => id.includes(only));
  if (tests.length === 0) throw new InputError(`no test's id contains ${only}`);
  const ruleset = orFail(importFolder(rulesFolder, setup, SUITE_SETUP), 'the rules cannot be imported');

  const version = ruleset.version.split(' ')[0] ?? '';
  const suite = `CRS ${version}, ${via === 'engine' ? 'in process' : 'through a local Worker'}`;
  const exceptions = readExceptions(version, via);
  const subject = await (via === 'engine' ? startEngineSubject(ruleset) : startWorkerSubject(ruleset));
  const isTerminal = process.stderr.isTTY;
  try {
    const outcome = await runSuite(tests, subject, exceptions, (done) => {
      if (isTerminal && (done % 50 === 0 || done === tests.length))
        process.stderr.write(`\r${done} of ${tests.length} tests`);
    });
    if (isTerminal) process.stderr.write('\r\x1b[K');
    process.stdout.write(
      values.json === true ? `${JSON.stringify(toJson(suite, outcome))}\n` : formatReport(suite, outcome),
    );
    process.exitCode = outcome.failed.length === 0 ? 0 : 1;
  } finally {
    await subject.stop();
  }
}

function readArguments(): ReturnType<typeof parseArgs<typeof ARGUMENTS>> {
  try {
    return parseArgs(ARGUMENTS);
  } catch (error) {
    throw new InputError(`${messageOf(error)}\n\n${HELP}`);
  }
}

function readVia(text: string): Via {
  const via = VIAS.find((name) => name === text);
  if (via === undefined) throw new InputError(`--via is engine or worker, not ${text}`);
  return via;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new InputError(`${path}: ${messageOf(error)}`);
  }
}

function orFail<T>(
  read: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly Problem[] },
  what: string,
): T {
  if (read.ok) return read.value;
  const lines = read.problems.map(({ path, message }) => `  ${path === '' ? '' : `${path}: `}${message}`);
  throw new InputError(`${what}:\n${lines.join('\n')}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
