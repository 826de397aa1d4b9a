// `npm start`: from a fresh clone to a running shield. Plain JavaScript without packages until they are installed.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled } from './setup/install.mjs';
import { modernNode, root } from './setup/run.mjs';

await ensureInstalled();

const child = spawn(modernNode(), [join(root, 'scripts', 'serve.ts'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
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
