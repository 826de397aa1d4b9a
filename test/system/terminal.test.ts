import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { browserHeaders } from '../../scripts/traffic/clients.ts';
import type { NumberedEvent } from '../../src/actors/contracts.ts';
import { startEchoOrigin, type EchoOrigin } from '../support/node/echo-origin.ts';
import { ADMIN_KEY, startTestShield, type TestShield } from '../support/node/shield.ts';
import { Terminal } from '../support/node/terminal.ts';

const ATTACKER = '198.18.4.7';

let origin: EchoOrigin;
let shield: TestShield;
let terminal: Terminal;
let folder: string;

beforeAll(async () => {
  origin = await startEchoOrigin();
  shield = await startTestShield(origin.url);
  terminal = new Terminal(shield.url, ADMIN_KEY);
  folder = await mkdtemp(join(tmpdir(), 'edgeshield-terminal-'));
});
afterAll(async () => {
  await shield.stop();
  await origin.stop();
  await rm(folder, { recursive: true, force: true });
});

let sent = 0;
/** The status, and the id that the visitor is shown. */
async function ask(path: string, ip = ATTACKER): Promise<{ readonly status: number; readonly id: string }> {
  sent += 1;
  const headers = { ...browserHeaders(sent), 'cf-connecting-ip': ip };
  const response = await fetch(`${shield.url}${path}`, { headers });
  return { status: response.status, id: response.headers.get('x-request-id') ?? '' };
}

const attack = (extra = '') => ask(`/search?q=1%20UNION%20SELECT%20password%20FROM%20users--${extra}`);

describe('tail', () => {
  test('prints an attack as it happens, within the filters, and ends by itself', async () => {
    const listening = terminal.start([
      'tail',
      '--last',
      '0',
      '--decision',
      'block',
      '--rule',
      'sqli-*',
      '--limit',
      '1',
      '--json',
    ]);
    // The attack is sent again until it is heard: when the socket stands nobody says.
    const ids: string[] = [];
    await vi.waitFor(
      async () => {
        ids.push((await attack()).id);
        expect(listening.printed.out).not.toBe('');
      },
      { timeout: 30_000, interval: 500 },
    );
    const { code, out, err } = await listening.ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const heard = JSON.parse(out) as NumberedEvent;
    expect(ids).toContain(heard.id);
    expect(heard.outcome).toBe('block');
  });

  test('begins with the latest, as lines without colour where there is no terminal, until it is interrupted', async () => {
    const { id } = await attack();
    const listening = terminal.start(['tail', '--last', '500']);
    await vi.waitFor(() => expect(listening.printed.out).toContain(id.slice(0, 8)), { timeout: 30_000 });
    listening.stop();
    const { code, out } = await listening.ended;
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`block +${id.slice(0, 8)} +1\\.00 +${ATTACKER} .*sqli-001 in ARGS:q`));
    expect(out).not.toContain('\u001B');
  });

  test('is coloured where colours are forced, and not against NO_COLOR or --no-color', async () => {
    const args = ['tail', '--last', '1', '--limit', '1'];
    const forced = new Terminal(shield.url, ADMIN_KEY, { FORCE_COLOR: '1' });
    expect((await forced.run(...args)).out).toContain('\u001B[31mblock');
    expect((await forced.run(...args, '--no-color')).out).not.toContain('\u001B');
    const without = new Terminal(shield.url, ADMIN_KEY, { NO_COLOR: '1' });
    expect((await without.run(...args)).out).not.toContain('\u001B');
  });

  test('tells when nothing came', async () => {
    expect(await terminal.run('tail', '--last', '0', '--for', '1s', '--path', '/nowhere')).toMatchObject({
      code: 3,
      out: '',
    });
  });

  test('ends when its key is revoked', async () => {
    const { key, id } = await terminal.json<{ key: string; id: string }>([
      'keys',
      'create',
      'listener',
      '--scope',
      'read',
    ]);
    const listening = new Terminal(shield.url, key).start(['tail', '--last', '500']);
    await vi.waitFor(() => expect(listening.printed.out).not.toBe(''), { timeout: 30_000 });
    // The socket may come after the first lines.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await terminal.json(['keys', 'revoke', id]);
    expect((await listening.ended).code).toBe(4);
  });
});

test('why explains a request by its id, or its beginning, and an address', async () => {
  const { id } = await attack();
  await vi.waitFor(async () => expect((await terminal.run('why', id)).code).toBe(0), {
    timeout: 30_000,
    interval: 500,
  });
  const told = await terminal.run('why', id.slice(0, 8));
  expect(told.out).toMatch(/^BLOCK {2}GET .*\/search/);
  expect(told.out).toContain('sqli-001');
  expect(told.out.toLowerCase()).toContain('union select');
  const known = await terminal.json<{ events: NumberedEvent[] }>(['why', ATTACKER]);
  expect(known.events.map((event) => event.id)).toContain(id);
  expect((await terminal.run('why', '00000000-0000-4000-8000-000000000000')).code).toBe(3);
  expect((await terminal.run('why', 'what?')).code).toBe(2);
});

test('block refuses an address, list shows it, unblock lets it in', async () => {
  const ip = '198.18.9.9';
  expect((await ask('/', ip)).status).toBe(200);
  expect(await terminal.run('block', ip, '--for', '1h', '--reason', 'terminal test')).toMatchObject({ code: 0 });
  expect((await ask('/', ip)).status).toBe(403);
  const { entries } = await terminal.json<{ entries: { range: string; reason: string }[] }>(['list']);
  expect(entries).toContainEqual(expect.objectContaining({ range: ip, reason: 'terminal test' }));
  expect(await terminal.run('unblock', ip)).toMatchObject({ code: 0 });
  expect((await ask('/', ip)).status).toBe(200);
  expect(await terminal.run('unblock', ip)).toMatchObject({ code: 3, out: '' });
  expect(await terminal.run('block', 'nonsense')).toMatchObject({ code: 1, err: expect.stringContaining('nonsense') });
});

test('a ruleset is pulled, edited, tried, pushed and rolled back', async () => {
  const file = join(folder, 'rules.json');
  expect((await terminal.run('rules', 'pull', '-o', file)).code).toBe(0);
  expect((await terminal.run('rules', 'diff', file)).code).toBe(0);
  const ruleset = JSON.parse(await readFile(file, 'utf8'));
  const { examples: _, ...first } = ruleset.rules[0];
  const own = {
    ...first,
    id: 'own-001',
    name: 'Own',
    operator: { name: 'contains', text: 'teapot-please' },
    transformations: [],
  };
  await writeFile(file, JSON.stringify({ ...ruleset, rules: [...ruleset.rules, own] }));

  const test = ['rules', 'test', '/?q=teapot-please', '--expect', 'block'];
  expect((await terminal.run(...test)).code).toBe(6);
  expect(await terminal.json(['rules', 'diff', file], 6)).toMatchObject({
    added: ['own-001'],
    removed: [],
    altered: [],
  });
  expect(await terminal.json(['rules', 'push', file, '--dry-run'])).toMatchObject({ dry_run: true, changed: true });
  expect((await terminal.run(...test)).code).toBe(6);
  expect((await ask('/?q=teapot-please', '198.18.5.1')).status).toBe(200);

  const pushed = await terminal.json<{ seq: number }>(['rules', 'push', file, '--note', 'teapots']);
  expect(await terminal.run(...test)).toMatchObject({ code: 0, out: expect.stringContaining('own-001') });
  expect((await ask('/?q=teapot-please', '198.18.5.2')).status).toBe(403);
  expect((await terminal.run('rules', 'history')).out).toMatch(new RegExp(`${pushed.seq} .*teapots`));

  expect((await terminal.run('rules', 'rollback')).code).toBe(0);
  expect((await ask('/?q=teapot-please', '198.18.5.3')).status).toBe(200);
  // By number, forward again, and back.
  expect(await terminal.json(['rules', 'rollback', String(pushed.seq)])).toMatchObject({
    back_to: pushed.seq,
    changed: true,
  });
  expect((await ask('/?q=teapot-please', '198.18.5.4')).status).toBe(403);
  expect((await terminal.run('rules', 'rollback')).code).toBe(0);
  expect((await terminal.run('rules', 'rollback', '999999')).code).toBe(3);

  const bad = await terminal.start(['rules', 'push', '-'], '{"name":"own","version":"1","rules":[{}]}').ended;
  expect(bad.code).toBe(1);
  expect(bad.err).toContain('rules.0.id');
});

test('a request is tried as it came from the wire', async () => {
  const raw = 'GET /search?q=1%27%20OR%20SLEEP(5)-- HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: curl/8\r\n\r\n';
  const { code, out } = await terminal.start(['rules', 'test', '--request', '-', '--json'], raw).ended;
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ decision: 'block' });
});

test('a key is shown once, may what it may, and ends when it is revoked', async () => {
  const made = await terminal.run('keys', 'create', 'ci', '--scope', 'read,blocklist:write', '--expires-in-days', '7');
  expect(made.code).toBe(0);
  // Stdout is the key and nothing else, for `> file` and `$( )`.
  expect(made.out).toMatch(/^esk_[0-9a-f]{12}_[0-9a-f]{64}\n$/);
  const key = made.out.trim();
  expect(made.err).not.toContain(key);
  const ci = new Terminal(shield.url, key);
  expect((await ci.run('status')).out).toContain('key ci: read, blocklist:write');
  expect((await ci.run('block', '198.18.7.7')).code).toBe(0);
  expect(await ci.run('keys', 'list')).toMatchObject({ code: 4, err: expect.stringContaining('keys:admin') });
  const { out } = await terminal.run('keys', 'list');
  expect(out).toMatch(/ci +live/);
  expect(out).not.toContain(key);
  expect((await terminal.run('keys', 'revoke', 'ci')).code).toBe(0);
  expect((await ci.run('status')).code).toBe(4);
  expect((await terminal.run('keys', 'revoke', 'ci')).code).toBe(3);
});

test('status, routes, intelligence, enforcement and the model answer as JSON and as text', async () => {
  expect(await terminal.json(['status'])).toMatchObject({ health: { status: 'ok' }, unanswered: [] });
  expect(await terminal.json(['routes'])).toMatchObject({
    routes: expect.arrayContaining([expect.objectContaining({ id: 'login' })]),
  });
  expect(await terminal.json(['intel', 'status'])).toHaveProperty('sources');
  expect(await terminal.json(['enforce', 'status'])).toHaveProperty('mode');
  expect(await terminal.json(['model', 'push', 'model/weights.json', '--dry-run'])).toMatchObject({ dry_run: true });
  expect(await terminal.json(['rules', 'list'])).toHaveProperty('rulesets');
  for (const args of [['status'], ['routes'], ['intel', 'status'], ['enforce', 'status'], ['rules', 'list']]) {
    expect(await terminal.run(...args)).toMatchObject({ code: 0, err: expect.not.stringContaining('error') });
  }
  // No feed can be reached here.
  expect((await terminal.run('intel', 'collect', 'ipsum')).code).toBe(6);
  expect((await terminal.run('intel', 'collect', 'nobody')).code).toBe(3);
  expect((await terminal.run('intel', 'lookup', '45.9.20.7')).code).toBe(3);
  expect((await terminal.run('status', '--check')).code).toBe(6);
});

test('scripts can tell why it failed', async () => {
  const wrong = await new Terminal(shield.url, 'a-wrong-key').run('status', '--json');
  expect(wrong).toMatchObject({ code: 4, out: '' });
  expect(JSON.parse(wrong.err)).toMatchObject({ error: { code: 4, kind: 'wrong-key' } });
  expect(wrong.err).not.toContain('a-wrong-key');
  expect((await terminal.run('status', '--url', 'http://127.0.0.1:9')).code).toBe(5);
  expect((await terminal.run('status', '--url', origin.url)).code).toBe(1);
  expect((await terminal.run('status', '--url', 'http://shield.example.com')).code).toBe(2);
  expect((await terminal.run('bogus')).code).toBe(2);
  expect((await terminal.run('rules')).code).toBe(2);
  expect(await terminal.run('rules', 'push', '--help')).toMatchObject({
    code: 0,
    out: expect.stringContaining('Examples:'),
  });
});

test('bash completes commands, options and choices', async () => {
  const { out } = await terminal.run('completion', 'bash');
  const complete = async (...words: readonly string[]) => {
    const line = words.map((word) => `'${word}'`).join(' ');
    const script = `${out}\nCOMP_WORDS=(edgeshield ${line}); COMP_CWORD=${words.length}; _edgeshield; echo "\${COMPREPLY[@]}"`;
    return (await promisify(execFile)('bash', ['-c', script])).stdout.trim();
  };
  expect(await complete('ru')).toBe('rules');
  expect(await complete('rules', 'pu')).toBe('pull push');
  expect(await complete('--json', 'rules', 'push', '--d')).toBe('--dry-run');
  expect(await complete('completion', '')).toContain('fish');
  expect(await complete('tail', '--js')).toBe('--json');
});
