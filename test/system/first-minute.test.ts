import { spawn, execFileSync, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, statSync, symlinkSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { root } from '../../scripts/local/bundle.ts';

/** What git has of the project that `npm start` needs. */
const SHIPPED = [
  'src',
  'rules',
  'model',
  'scripts',
  'test/support',
  'package.json',
  'package-lock.json',
  'wrangler.toml',
];

/** A test asks no publisher for anything: nobody listens at the discard port. */
const NO_FEEDS = { FEED_MIRROR: 'http://127.0.0.1:9', FEED_ALLOW_HTTP: 'true' };

/** Ctrl-C: an end by that signal is told as 130. */
const STOPPED = [0, 130];

let clone: string;
const children: ChildProcess[] = [];

beforeAll(() => {
  clone = mkdtempSync(join(tmpdir(), 'edgeshield-clone-'));
  for (const name of SHIPPED) cpSync(join(root, name), join(clone, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'), 'junction');
});
afterAll(() => {
  for (const child of children) child.kill('SIGTERM');
  rmSync(clone, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Runs `npm start` until it has said its last line, or has ended. */
async function start(env: Record<string, string>) {
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: clone,
    env: { ...process.env, ...NO_FEEDS, ...env },
  });
  children.push(child);
  let output = '';
  const end = new Promise<number | null>((resolve) => child.once('close', resolve));
  const ready = new Promise<null>((resolve) => {
    const hear = (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('Ctrl-C stops the shield.')) resolve(null);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
  });
  const code = await Promise.race([ready, end]);
  return { output, code, end, heard: () => output, stop: () => child.kill('SIGINT') };
}

const curl = (line: string) => execFileSync('sh', ['-c', line.replace('curl', 'curl -sS')], { encoding: 'utf8' });

test.skipIf(process.platform === 'win32')(
  'the first minute: start, three curl lines as printed, stop, start again',
  async () => {
    const port = String(await freePort());
    const first = await start({ PORT: port });
    expect(first.output).toContain(`http://localhost:${port}/dashboard`);

    const key = /Admin key\s+([\w-]{43})\s/.exec(first.output)?.[1] ?? 'none';
    expect(readFileSync(join(clone, '.dev.vars'), 'utf8')).toBe(`ADMIN_API_KEY="${key}"\n`);
    expect(statSync(join(clone, '.dev.vars')).mode & 0o777).toBe(0o600);

    const [passes = '', blocked = '', limited = ''] = first.output
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.startsWith('curl'));
    const page = curl(passes);
    expect(page).toMatch(/^HTTP\/1.1 200 OK/);
    expect(page).toMatch(/x-edgeshield-decision: (?:allow|log)/i);
    expect(page).toContain('Hearth');
    expect(curl(blocked)).toMatch(/^HTTP\/1.1 403 Forbidden[\s\S]*x-edgeshield-decision: block/i);
    const statuses = curl(limited).trim().split(/\s+/);
    expect(statuses).toHaveLength(12);
    expect(statuses[0]).toBe('200');
    expect(statuses.at(-1)).toBe('429');

    // This port is not the one that the other commands know.
    expect(first.output).toContain(`npm run simulate -- --target http://localhost:${port}`);
    const asked = /npx edgeshield (status --url \S+)/.exec(first.output)?.[1]?.split(' ') ?? [];
    // Nobody's key of this machine: the one in the clone is to be found.
    const env = { ...process.env, EDGESHIELD_ADMIN_KEY: '' };
    const cli = join(clone, 'src/cli/edgeshield.mjs');
    const told = execFileSync(process.execPath, [cli, ...asked], { cwd: clone, env, encoding: 'utf8' });
    expect(told).toContain(`http://localhost:${port}`);

    const stats = await fetch(`http://127.0.0.1:${port}/admin/stats`, { headers: { 'x-admin-key': key } });
    expect(stats.status).toBe(200);

    await vi.waitFor(
      () => expect(first.heard()).toMatch(/Feeds: none of \d+ could be reached[\s\S]*Enforcement: /),
      60_000,
    );

    const beside = await start({ PORT: port });
    expect(beside.code).toBe(1);
    expect(beside.output).toContain(`Port ${port} is in use`);

    first.stop();
    expect(STOPPED).toContain(await first.end);
    const again = await start({ PORT: port });
    expect(again.output).not.toContain(key);
    again.stop();
    expect(STOPPED).toContain(await again.end);
  },
  120_000,
);

test('a bad ORIGIN_URL is told before anything starts', async () => {
  const { code, output } = await start({ ORIGIN_URL: 'localhost:3000' });
  expect(code).toBe(1);
  expect(output).toContain('ORIGIN_URL must be like http://localhost:3000');
});
