#!/usr/bin/env node
// `npx edgeshield`. Plain JavaScript without packages: it runs on Node 20, which cannot run the rest.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { isInstalled } from '../../scripts/setup/install.mjs';
import { modernNode } from '../../scripts/setup/run.mjs';

/** As `src/cli/exit-codes.ts` has it. */
const FAILED = 1;

if (!isInstalled()) {
  console.error('The packages of this clone are missing or old. Run `npm install` in it, then this again.');
  process.exit(FAILED);
}
const node = modernNode();
if (node === process.execPath) await import('./main.ts');
else startAgain(node);

/** The same command on the Node that `npm install` has put beside the packages, in the caller's folder and terminal. */
function startAgain(node) {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  // The terminal sends Ctrl-C to both; the child ends in its own time, and this process waits for it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    console.error(`Cannot start Node: ${error.message}`);
    process.exitCode = FAILED;
  });
  // A child that a signal ended has no code; shells tell it as 128 and the signal's number.
  child.on('close', (code, signal) => (process.exitCode = code ?? 128 + (constants.signals[signal] ?? FAILED)));
}
