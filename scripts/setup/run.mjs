// Starts other programs. No dependencies: it runs before anything is installed, on Node 20 and newer.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder, wherever the command was called from. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Files run as TypeScript, types stripped, from this version on without a flag. */
const STRIPS_TYPES = [22, 18];

/** A Node that runs TypeScript files: this one when it is new enough, else the one `npm ci` installed. */
export function modernNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > STRIPS_TYPES[0] || (major === STRIPS_TYPES[0] && minor >= STRIPS_TYPES[1])) return process.execPath;
  const installed = ['bin/node', 'bin/node.exe']
    .map((file) => join(root, 'node_modules', 'node', file))
    .find((file) => existsSync(file));
  return installed ?? process.execPath;
}

/**
 * Runs a program to its end with this terminal, or with its output gathered.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ quiet?: boolean, env?: Record<string, string>, shell?: boolean }} [options]
 * @returns {Promise<{ code: number, output: string }>} `output` is empty unless `quiet`.
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const stdio = options.quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'];
    const env = { ...process.env, ...options.env };
    const child = spawn(command, args, { cwd: root, stdio, env, shell: options.shell ?? false });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ code: 127, output: output + error.message }));
    child.on('close', (code, signal) => resolve({ code: code ?? (signal === 'SIGINT' ? 130 : 1), output }));
  });
}

/** Runs npm: the one that runs us when there is one (`npm.cmd` on Windows cannot be started without a shell). */
export function npm(args, options = {}) {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('.js')) return run(process.execPath, [cli, ...args], options);
  return run('npm', args, { ...options, shell: process.platform === 'win32' });
}
