// Runs a command of this project on a fresh clone: installs what is missing, then hands over to the Node that runs TypeScript.
// `node scripts/setup/launch.mjs loop-demo.ts --verbose`; no dependencies until they are installed.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { modernNode, root } from './run.mjs';

/**
 * Runs a file of `scripts/` with this terminal; the process ends as it does.
 * @param {string} script
 * @param {readonly string[]} args
 */
export async function launch(script, args) {
  await ensureInstalled();
  const child = spawn(modernNode(), [join(root, 'scripts', script), ...args], { cwd: root, stdio: 'inherit' });
  // The terminal sends Ctrl-C to both; the child ends in its own time, and this process waits for it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    console.error(`Cannot start Node: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('close', (code) => (process.exitCode = code ?? 1));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [script = '', ...args] = process.argv.slice(2);
  await launch(script, args);
}
