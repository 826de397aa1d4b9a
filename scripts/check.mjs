// `npm run check`: everything that can be told without running the product. Every step runs, whatever the others say.
import { pathToFileURL } from 'node:url';
import { npm } from './setup/run.mjs';

/** @type {readonly (readonly [string, readonly string[]])[]} */
const STEPS = [
  ['format', ['run', '-s', 'format:check']],
  ['lint', ['run', '-s', 'lint']],
  ['boundaries', ['run', '-s', 'boundaries']],
  ['types', ['run', '-s', 'types']],
  ['unused code', ['run', '-s', 'unused']],
  ['build and bundle size', ['run', '-s', 'build']],
];

/** Runs the steps one after another, says how each went, and shows what the failing ones wrote. */
export async function check() {
  let failed = 0;
  for (const [name, args] of STEPS) {
    const begin = Date.now();
    const { code, output } = await npm(args, { quiet: true });
    const seconds = ((Date.now() - begin) / 1000).toFixed(1);
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'}  ${name}  (${seconds} s)`);
    if (code === 0) continue;
    failed += 1;
    console.log(output.trimEnd());
  }
  return { passed: STEPS.length - failed, failed };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { failed } = await check();
  process.exitCode = failed === 0 ? 0 : 1;
}
