import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';

const COMMAND = fileURLToPath(new URL('../../../scripts/evaluate.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'evaluate-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the command as a user's shell would. */
function evaluate(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

function save(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const attack = {
  id: '1',
  source: 'own|wrapped:query',
  licence: 'MIT',
  label: 'attack',
  category: 'sqli',
  method: 'GET',
  path: "/?id=1'%20union%20select%20password%20from%20users--",
  headers: { host: 'example.com', 'user-agent': 'curl/8.9.1' },
};
const honest = { ...attack, id: '2', label: 'benign', category: 'benign-text', path: '/?q=red+shoes' };
const lines = (...rows: unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** What went wrong is told in words: no stack, no code, nothing on standard output. */
function expectRefusal(run: ReturnType<typeof evaluate>, words: RegExp): void {
  expect(run.stderr).toMatch(words);
  expect(run.stderr).not.toMatch(/^\s+at /m);
  expect(run.stdout).toBe('');
  expect(run.status).toBe(2);
}

const COUNTS = ['n', 'block', 'challenge', 'log', 'allow'];

test('--json prints one object of the documented shape and nothing else on standard output', () => {
  const run = evaluate(save('two.jsonl', lines(attack, honest)), '--json');
  expect(run.status).toBe(0);
  expect(run.stdout.trimEnd().split('\n')).toHaveLength(1);
  const report: Record<string, Record<string, unknown>> = JSON.parse(run.stdout);
  expect(Object.keys(report)).toEqual(['rows', 'auc', 'tprAtFpr', 'decision', 'byCategory', 'bySource', 'rules']);
  expect(report).toMatchObject({ rows: 2, auc: 1, tprAtFpr: { '0.001': 1, '0.01': 1 }, rules: { tpr: 1, fpr: 0 } });
  expect(report['decision']).toEqual({
    attack: { n: 1, block: 1, challenge: 0, log: 0, allow: 0 },
    benign: { n: 1, block: 0, challenge: 0, log: 0, allow: 1 },
  });
  expect(Object.keys(report['byCategory']!)).toEqual(['benign-text', 'sqli']);
  expect(Object.keys(report['bySource']!)).toEqual(['own']);
  for (const group of [report['byCategory']!, report['bySource']!])
    for (const counts of Object.values(group)) expect(Object.keys(counts as object)).toEqual(COUNTS);
});

test('a compressed file reads like a plain one, and the table is for people', () => {
  const plain = evaluate(save('plain.jsonl', lines(attack, honest)));
  const zipped = evaluate(save('zipped.jsonl.gz', gzipSync(lines(attack, honest))));
  expect(plain.status).toBe(0);
  expect(zipped.stdout).toBe(plain.stdout);
  for (const word of ['AUC', 'FPR 0.1 %', 'rules alone', 'score alone', 'final decision', 'by category', 'by source'])
    expect(plain.stdout).toContain(word);
});

test('a file with one label alone has no rates, and says so', () => {
  const path = save('attacks.jsonl', lines(attack));
  expect(JSON.parse(evaluate(path, '--json').stdout)).toMatchObject({
    rows: 1,
    auc: null,
    rules: { tpr: 1, fpr: null },
  });
  expect(evaluate(path).stdout).toContain('n/a');
});

test('lines that cannot be read are named and left out, the others count', () => {
  const path = save(
    'mixed.jsonl',
    `${lines(attack)}{"id": \n\n${lines({ ...honest, label: 'good' }, { ...honest, path: 'no-slash' }, 7, honest)}`,
  );
  const run = evaluate(path, '--json');
  expect(run.status).toBe(0);
  expect(JSON.parse(run.stdout)).toMatchObject({ rows: 2 });
  for (const line of [2, 4, 5, 6]) expect(run.stderr).toMatch(new RegExp(`^line ${line} left out: `, 'm'));
  expect(run.stderr).toContain('label');
  expect(run.stderr).toContain('must start with "/"');
  expect(run.stderr).toContain('4 lines left out');
});

test('of many bad lines only the first few are told', () => {
  const run = evaluate(save('bad.jsonl', 'x\n'.repeat(500) + lines(honest)));
  expect(run.stderr.match(/left out: /g)!.length).toBeLessThan(10);
  expect(run.stderr).toContain('500 lines left out');
  expect(run.status).toBe(0);
});

test.each(['missing.jsonl', 'missing.jsonl.gz'])('a file that is not there is named: %s', (name) => {
  expectRefusal(evaluate(join(folder, name)), new RegExp(`${name}: .*no such file`));
});

test('a folder is no file', () => {
  expectRefusal(evaluate(folder), /directory/);
});

test('a compressed file that was cut short is not half a result', () => {
  const whole = gzipSync(
    lines(...Array.from({ length: 500 }, (_, i) => ({ ...honest, id: `${i}`, path: `/${i ** 3}` }))),
  );
  const path = save('cut.jsonl.gz', whole.subarray(0, whole.length >> 1));
  expectRefusal(evaluate(path), /cut\.jsonl\.gz: unexpected end of file/);
});

test('a file that is compressed by name alone is refused', () => {
  expectRefusal(evaluate(save('false.jsonl.gz', lines(attack))), /false\.jsonl\.gz: incorrect header/);
});

test.each([
  ['empty.jsonl', ''],
  ['blank.jsonl', '\n\n'],
  ['none.jsonl', 'x\n{}\n'],
])('a file without any request is refused: %s', (name, content) => {
  expectRefusal(evaluate(save(name, content)), /holds no labelled request that can be read/);
});

test('an empty compressed file is refused', () => {
  expectRefusal(evaluate(save('empty.jsonl.gz', '')), /empty\.jsonl\.gz/);
});

test('an unknown option, no file, or two files bring the usage', () => {
  const path = save('one.jsonl', lines(attack));
  expectRefusal(evaluate(path, '--jsn'), /--jsn/);
  for (const run of [evaluate(path, '--jsn'), evaluate(), evaluate(path, path)])
    expectRefusal(run, /Usage: npm run evaluate/);
});

test('--help explains on standard output and needs no file', () => {
  for (const flag of ['--help', '-h']) {
    const run = evaluate(flag);
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(run.stdout).toContain(
      'Usage: npm run evaluate -- FILE.jsonl[.gz] [--ruleset FILE]... [--mode MODE] [--json]',
    );
  }
});

test('--ruleset asks other rules alone, and a file that is none is refused with the reason', () => {
  const path = save('ruled.jsonl', lines(attack, honest));
  const none = save('rules.json', JSON.stringify({ name: 'none', version: '0', rules: [] }));
  const run = evaluate(path, '--json', '--ruleset', none);
  expect(JSON.parse(run.stdout)).toMatchObject({ rules: { tpr: 0, fpr: 0 } });
  expectRefusal(evaluate(path, '--ruleset', join(folder, 'gone.json')), /gone\.json: .*no such file/);
  expectRefusal(evaluate(path, '--ruleset', save('torn.json', '{')), /torn\.json: /);
  expectRefusal(evaluate(path, '--ruleset', save('other.json', '{"rules": 1}')), /other\.json is not a ruleset/);
});

test('a ruleset beside the bundled ones weighs, and blocks where --mode says so', () => {
  const path = save('weighed.jsonl', lines(attack, honest));
  const rule = {
    id: 'shoes-001',
    name: 'Shoes',
    category: 'other',
    severity: 'notice',
    score: 100,
    action: 'log',
    targets: [{ collection: 'ARGS' }],
    transformations: [],
    operator: { name: 'contains', text: 'shoes' },
    tags: [],
  };
  const shoes = save('shoes.json', JSON.stringify({ name: 'shoes', version: '1', rules: [rule] }));
  const weighed = JSON.parse(evaluate(path, '--json', '--ruleset', shoes).stdout);
  expect(weighed).toMatchObject({
    rules: { tpr: 0, fpr: 1 },
    decision: { attack: { block: 1 }, benign: { block: 0 } },
  });
  const blocked = JSON.parse(evaluate(path, '--json', '--ruleset', shoes, '--mode', 'block').stdout);
  expect(blocked).toMatchObject({ rules: { fpr: 1 }, decision: { benign: { block: 1 } } });
  expectRefusal(evaluate(path, '--mode', 'blocking'), /--mode is blocking, and must be block, weigh, detect/);
});
