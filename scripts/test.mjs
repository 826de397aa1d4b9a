// `npm test`: from a fresh clone to a verdict. Plain JavaScript without packages until they are installed.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from './check.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { modernNode, root, run } from './setup/run.mjs';

/** As vitest's report calls tests that were not run. */
const SKIPPED = new Set(['pending', 'skipped', 'todo']);

await ensureInstalled();

console.log('Checks');
const checks = await check();

console.log('\nTests');
const tests = await runAll(process.argv.slice(2));

const failed = checks.failed + tests.failed;
const passed = checks.passed + tests.passed;
console.log(`\nChecks: ${checks.passed} passed, ${checks.failed} failed`);
console.log(`Tests:  ${tests.passed} passed, ${tests.failed} failed, ${tests.skipped} skipped`);
for (const name of tests.failures) console.log(`  failed: ${name}`);
for (const name of tests.skips) console.log(`  skipped: ${name}`);
console.log(`\n${passed} passed, ${failed} failed, ${tests.skipped} skipped`);
process.exitCode = failed === 0 ? 0 : 1;

/** System tests run one after the other and wait for most of their time; all others run beside them. Whoever names tests gets those alone. */
async function runAll(args) {
  if (args.length > 0) return runTests(args, false);
  const others = runTests(['--project', '!system'], false);
  const system = await runTests(['--project', 'system'], true);
  const parts = [await others, system];
  const sum = (name) => parts.reduce((total, part) => total + part[name], 0);
  const join = (name) => parts.flatMap((part) => part[name]);
  return {
    passed: sum('passed'),
    failed: sum('failed'),
    skipped: sum('skipped'),
    failures: join('failures'),
    skips: join('skips'),
  };
}

/** Runs vitest; a file that does not load and an error outside any test count as failures too. `quiet`: its output comes at its end, whole. */
async function runTests(args, quiet) {
  const folder = mkdtempSync(join(tmpdir(), 'edgeshield-test-'));
  const report = join(folder, 'report.json');
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--silent=passed-only', '--reporter=json', `--outputFile.json=${report}`];
  const env = { NO_COLOR: '1', CI: '1' };
  const { code, output } = await run(modernNode(), [vitest, 'run', ...reporters, ...args], { env, quiet });
  if (quiet) console.log(output.trimEnd());
  try {
    const results = JSON.parse(readFileSync(report, 'utf8'));
    const failures = results.testResults.flatMap((file) => {
      const cases = file.assertionResults.filter((test) => test.status === 'failed').map((test) => test.fullName);
      return file.status === 'failed' && cases.length === 0 ? [file.name] : cases;
    });
    if (code !== 0 && failures.length === 0) failures.push(`vitest ended with code ${code} (see above)`);
    const skips = results.testResults.flatMap((file) =>
      file.assertionResults.filter((test) => SKIPPED.has(test.status)).map((test) => test.fullName),
    );
    return { passed: results.numPassedTests, failed: failures.length, skipped: skips.length, failures, skips };
  } catch {
    return {
      passed: 0,
      failed: 1,
      skipped: 0,
      failures: [`vitest ended with code ${code} and left no report`],
      skips: [],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
