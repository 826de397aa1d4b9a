import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { browserHeaders } from '../../scripts/traffic/clients.ts';
import type { NumberedEvent } from '../../src/actors/contracts.ts';
import { startEchoOrigin, type EchoOrigin } from '../support/node/echo-origin.ts';
import { ADMIN_KEY, startTestShield, type TestShield } from '../support/node/shield.ts';
import { BIN, Terminal } from '../support/node/terminal.ts';

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
    expect(code).toBe(130);
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

test('block refuses an address and says how to undo it, list shows it, unblock lets it in', async () => {
  const ip = '198.18.9.9';
  expect((await ask('/', ip)).status).toBe(200);
  expect(await terminal.run('block', ip, '--for', '1h', '--reason', 'terminal test')).toMatchObject({
    code: 0,
    out: expect.stringContaining(`${ip} is blocked for 1 h`),
    err: expect.stringContaining(`edgeshield unblock ${ip}`),
  });
  expect((await ask('/', ip)).status).toBe(403);
  const { entries } = await terminal.json<{ entries: { range: string; reason: string; until: number }[] }>(['list']);
  expect(entries).toContainEqual(expect.objectContaining({ range: ip, reason: 'terminal test' }));
  // Of what is blocked already the end is another, shorter or longer, and the reason stays.
  expect((await terminal.run('block', ip, '--for', '10m')).out).toContain('for 10 min');
  const found = await terminal.json<typeof shorter>(['list', '198.18.9.0/24', '--by', 'operator', '--ends-in', '15m']);
  const shorter = { entries: [{ ...entries.find(({ range }) => range === ip)!, until: expect.any(Number) }] };
  expect(found).toEqual(shorter);
  expect(await terminal.run('list', ip, '--by', 'reputation')).toMatchObject({ code: 3 });
  expect((await terminal.run('block', ip)).out).toContain('until it is unblocked');
  expect(await terminal.run('unblock', '198.18.9.9/31')).toMatchObject({ code: 3 });
  expect(await terminal.run('unblock', ip)).toMatchObject({ code: 0 });
  expect((await ask('/', ip)).status).toBe(200);
  expect(await terminal.run('unblock', ip)).toMatchObject({ code: 3, out: '' });
  expect(await terminal.run('block', 'nonsense')).toMatchObject({ code: 1, err: expect.stringContaining('AS64500') });
});

test('pardon forgets a record, and tells what becomes of the address now', async () => {
  await attack();
  await vi.waitFor(
    async () => {
      const { reputation } = await terminal.json<{ reputation: { score: number } }>(['why', ATTACKER]);
      expect(reputation.score).toBeGreaterThan(0);
    },
    { timeout: 30_000, interval: 500 },
  );
  expect(await terminal.run('pardon', ATTACKER)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/is forgotten\. Now: let in\. /),
  });
  const { reputation } = await terminal.json<{ reputation: { score: number } }>(['why', ATTACKER]);
  expect(reputation.score).toBe(0);
  expect((await terminal.run('pardon', 'nonsense')).code).toBe(1);
});

test('what holds an address that is not on the list by itself is named, and a network is found where it is told', async () => {
  expect((await terminal.run('block', '198.18.77.0/24', 'as64499')).code).toBe(0);
  const refused = await terminal.run('unblock', '198.18.77.5');
  expect(refused).toMatchObject({ code: 3, err: expect.stringContaining('edgeshield unblock 198.18.77.0/24') });
  expect((await terminal.run('why', '198.18.78.1')).out).toMatch(/network +not known/);
  expect((await terminal.run('why', '198.18.78.1', '--asn', 'AS64499')).out).toMatch(/blocklist +AS64499 by operator/);
  expect((await terminal.run('why', '198.18.77.0/24')).err).toContain('edgeshield list 198.18.77.0/24');
  expect((await terminal.run('unblock', '198.18.77.0/24', 'AS64499')).code).toBe(0);
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
    routes: expect.arrayContaining([
      expect.objectContaining({ id: 'login', refused: {} }),
      expect.objectContaining({ id: 'default', refused: { block: expect.any(Number) } }),
    ]),
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

test('every command has its help, with an example, and knows its version', async () => {
  const commands = [
    ...['status', 'tail', 'why', 'block', 'unblock', 'pardon', 'list', 'routes', 'completion'].map((name) => [name]),
    ...['list', 'pull', 'push', 'diff', 'history', 'rollback', 'test'].map((name) => ['rules', name]),
    ...['pull', 'push', 'history', 'rollback'].map((name) => ['model', name]),
    ...['status', 'collect', 'lookup'].map((name) => ['intel', name]),
    ...['status', 'plan', 'apply', 'kill-switch'].map((name) => ['enforce', name]),
    ...['create', 'list', 'revoke'].map((name) => ['keys', name]),
  ];
  // Some at a time: each is a process of its own.
  for (let at = 0; at < commands.length; at += 6) {
    const helps = await Promise.all(commands.slice(at, at + 6).map((words) => terminal.run(...words, '--help')));
    for (const [i, { code, out }] of helps.entries()) {
      const words = commands[at + i]?.join(' ') ?? '';
      expect({ words, code }).toEqual({ words, code: 0 });
      expect(out.slice(out.indexOf('Examples:'))).toContain(`edgeshield ${words}`);
    }
  }
  expect((await terminal.run('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('a command line that is not understood is told with what was meant, as JSON where that is asked for', async () => {
  expect(await terminal.run('statsu')).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringContaining('mean status?'),
  });
  const { code, out, err } = await terminal.run('list', '--bye', 'x', '--json');
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(JSON.parse(err)).toMatchObject({ error: { code: 2, kind: 'unknown-option' } });
  expect((await terminal.start(['rules', 'push', '-']).ended).err).toContain('stdin is empty');
  expect((await terminal.run('rules', 'push', folder)).err).toContain('is a folder');
  expect((await terminal.run('model', 'push', '-')).code).toBe(1);
});

test('a pipe that ends first, as of head, is no failure and makes no noise', async () => {
  const command = `"$NODE" "$BIN" rules pull | head -c 1; echo " $\{PIPESTATUS[0]}"`;
  const env = {
    ...process.env,
    NODE: process.execPath,
    BIN,
    EDGESHIELD_URL: shield.url,
    EDGESHIELD_ADMIN_KEY: ADMIN_KEY,
  };
  const { stdout, stderr } = await promisify(execFile)('bash', ['-c', command], { env });
  expect({ stdout, stderr }).toEqual({ stdout: '{ 0\n', stderr: '' });
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
  expect(await complete('tail', '--decision', 'b')).toBe('block');
  // Nothing of its own: the shell offers files.
  expect(await complete('rules', 'push', '')).toBe('');
  // The `list` of `rules list` is another than `list`.
  expect(await complete('rules', 'list', '--b')).toBe('');
});

const has = (shell: string) => spawnSync(shell, ['--version']).status === 0;

test.skipIf(!has('fish'))('fish completes commands, options and choices', async () => {
  const script = join(folder, 'edgeshield.fish');
  await writeFile(script, (await terminal.run('completion', 'fish')).out);
  const complete = async (line: string) => {
    const { stdout } = await promisify(execFile)('fish', [
      '--no-config',
      '-c',
      `source ${script}; complete -C '${line}'`,
    ]);
    return stdout.split('\n').flatMap((said) => said.split('\t')[0] || []);
  };
  expect(await complete('edgeshield rules pu')).toEqual(['pull', 'push']);
  expect(await complete('edgeshield --json rules push --d')).toEqual(['--dry-run']);
  expect(await complete('edgeshield tail --decision b')).toEqual(['block']);
  expect(await complete('edgeshield rules list --b')).toEqual([]);
  expect(await complete('edgeshield list --b')).toEqual(['--by']);
  expect((await complete('edgeshield completion ')).toSorted()).toEqual(['bash', 'fish', 'zsh']);
});

/** A zsh in a terminal of its own, for only there it completes; told is the line as it stands after a tab. */
const ZPTY = `zmodload zsh/zpty
zpty -b z zsh -f -i
say() { zpty -w z "$1"; }
await() { local all= some i; for ((i = 0; i < 400; i++)); do
  if zpty -r -t z some; then all+="$some"; [[ "$all" == *"$1"* ]] && return; else sleep 0.05; fi
done; print -u2 -r -- "waited for $1 in vain: $all"; exit 1 }
say 'PS1=; unsetopt zle_bracketed_paste; autoload -U compinit; compinit -u -D; source '"$1"'; show() { print -r -- "<$BUFFER>" }; zle -N show; bindkey "^I" complete-word; bindkey "^X" show; print REA""DY'
await READY
zpty -w -n z "$2"$'\\t\\x18'
await "<$3>"
`;

test.skipIf(!has('zsh'))('zsh completes commands, options and choices', async () => {
  const script = join(folder, 'edgeshield.zsh');
  const driver = join(folder, 'complete.zsh');
  await writeFile(script, (await terminal.run('completion', 'zsh')).out);
  await writeFile(driver, ZPTY);
  for (const [line, completed] of [
    ['edgeshield ru', 'edgeshield rules '],
    ['edgeshield --json rules push --d', 'edgeshield --json rules push --dry-run '],
    ['edgeshield tail --decision b', 'edgeshield tail --decision block '],
    ['edgeshield completion f', 'edgeshield completion fish '],
  ] as const) {
    await promisify(execFile)('zsh', ['-f', driver, script, line, completed]);
  }
});
