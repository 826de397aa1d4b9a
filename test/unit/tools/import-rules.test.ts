import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseRuleset } from '../../../rules/schema.ts';

const SCRIPT = fileURLToPath(new URL('../../../scripts/import-rules.ts', import.meta.url));

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'edgeshield-import-'));
  write(
    'rules/A.conf',
    `SecComponentSignature "TEST/1.2"
Include more/*.conf
SecRule ARGS "@pmFromFile words.data" "id:1,phase:2,deny,tag:'attack-xss'"
SecRule ARGS "@rbl a.example" "id:2,phase:2,deny"
`,
  );
  write('rules/words.data', 'evil\n');
  write('rules/more/B.conf', 'SecRule ARGS "@rx %{tx.word}" "id:3,phase:2,deny"\n');
  write('crs-setup.conf.example', 'SecAction "id:9,phase:1,pass,nolog,setvar:tx.word=example"\n');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function run(...args: readonly string[]): {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
} {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], { encoding: 'utf8' });
  return { status, out: stdout, err: stderr };
}

const at = (path: string) => join(folder, path);

test('a folder becomes a ruleset, and the report tells what was read, taken and left out', () => {
  const { status, out, err } = run(at('rules'), '--out', at('out.json'));
  expect([status, err]).toEqual([0, '']);
  expect(out).toContain('Read 3 files, 6 directives, 4 rules.');
  expect(out).toContain(`Set-up: ${at('crs-setup.conf.example')} (found beside the rules`);
  expect(out).toContain('Taken: 2 rules');
  expect(out).toContain('2  A.conf:4');
  const ruleset = parseRuleset(JSON.parse(readFileSync(at('out.json'), 'utf8')));
  expect(ruleset).toMatchObject({
    ok: true,
    value: {
      name: 'crs',
      version: '1.2',
      rules: [
        { id: '3', operator: { name: 'rx', pattern: 'example' } },
        { id: '1', category: 'xss', operator: { name: 'pm', words: ['evil'] } },
      ],
    },
  });
});

test("the user's own set-up goes before the example, and --setup before both", () => {
  write('crs-setup.conf', 'SecAction "id:9,phase:1,pass,nolog,setvar:tx.word=own"\n');
  write('named.conf', 'SecAction "id:9,phase:1,pass,nolog,setvar:tx.word=named"\n');
  run(at('rules'), '--out', at('own.json'));
  run(folder, '--setup', at('named.conf'), '--out', at('named.json'), '--name', 'mine');
  expect(readFileSync(at('own.json'), 'utf8')).toContain('"pattern":"own"');
  expect(readFileSync(at('named.json'), 'utf8')).toMatch(/"name":"mine".*"pattern":"named"/);
});

test('plugins beside the rules are read before and after them, as CRS has it', () => {
  write('plugins/x-config.conf', 'SecAction "id:90,phase:1,pass,nolog,setvar:tx.a=1"\n');
  write('plugins/x-before.conf', 'SecRule TX:a "@eq 1" "id:91,phase:1,pass,nolog,setvar:tx.word=plugin"\n');
  write('plugins/x-after.conf', 'SecRuleRemoveById 1\n');
  write('plugins/README.conf', 'SecAction "id:99,phase:1,deny"\n');
  const { out } = run(at('rules'), '--out', at('out.json'));
  expect(out).toContain('Read 6 files');
  const ruleset: unknown = JSON.parse(readFileSync(at('out.json'), 'utf8'));
  expect(ruleset).toMatchObject({ rules: [{ id: '3', operator: { pattern: 'plugin' } }] });
});

test('--json answers the same for machines', () => {
  const { out } = run(at('rules'), '--exclude', '1', '--out', at('out.json'), '--json');
  const result: unknown = JSON.parse(out);
  expect(result).toMatchObject({
    name: 'crs',
    report: {
      written: 4,
      removed: 1,
      taken: [{ id: '3', category: 'other', paranoia: 1, phase: 2 }],
      notTaken: [{ rule: '2', loses: 'detection', place: { line: 4 } }],
    },
  });
});

describe('what is wrong with the input is told, with status 2 and no file', () => {
  test.each<[string, () => readonly string[], RegExp]>([
    ['no folder', () => ['--out', at('o.json')], /name one folder of rules/],
    ['a folder that is not there', () => [at('none'), '--out', at('o.json')], /there is no .*none/],
    ['a folder without rules', () => [at('rules/more/..'), '--out', at('no/o.json')], /there is no folder/],
    ['no --out', () => [at('rules')], /say with --out/],
    [
      'a set-up that is not there',
      () => [at('rules'), '--out', at('o.json'), '--setup', at('x')],
      /there is no set-up/,
    ],
    [
      'a level that is none',
      () => [at('rules'), '--out', at('o.json'), '--paranoia', '5'],
      /takes 1, 2, 3 or 4, not "5"/,
    ],
    ['ids that are none', () => [at('rules'), '--out', at('o.json'), '--exclude', 'x'], /--exclude: "x" is no rule id/],
    ['a name that is none', () => [at('rules'), '--out', at('o.json'), '--name', 'a b'], /--name must be/],
    ['an option that is none', () => [at('rules'), '--foo'], /--foo/],
  ])('%s', (_, args, message) => {
    const { status, out, err } = run(...args());
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(message);
  });

  test('a folder without a .conf file', () => {
    mkdirSync(at('empty'));
    expect(run(at('empty'), '--out', at('o.json'))).toMatchObject({
      status: 2,
      err: expect.stringMatching(/holds no \.conf file/),
    });
  });
});

test('--help says how', () => {
  const { status, out } = run('--help');
  expect(status).toBe(0);
  expect(out).toContain('Usage: npm run rules:import');
});
