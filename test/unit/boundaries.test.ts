import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { boundaryViolations } from '../support/node/boundaries.ts';
import { importsOf, readSources } from '../support/node/imports.ts';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

const check = (path: string, text: string) => boundaryViolations([{ path, text }]);

describe('the house', () => {
  test('imports point down only and pure files stay pure', () => {
    const sources = readSources(root, ['src', 'rules', 'model']);
    expect(sources.map((source) => source.path)).toContain('src/actors/contracts.ts');
    expect(boundaryViolations(sources)).toEqual([]);
  });
});

describe('the boundary checker', () => {
  test('sees each form of import', () => {
    const text = [
      "import { a } from './a.ts';",
      "import type { B } from '../b.ts';",
      'import {\n  c,\n  d,\n} from "./c.ts";',
      "import './effect.ts';",
      "export { e } from './e.ts';",
      "const f = await import('./f.ts');",
      "import { Hono } from 'hono';",
    ].join('\n');
    expect(importsOf({ path: 'src/edge/x.ts', text })).toEqual([
      { target: 'src/edge/a.ts', relative: true, typeOnly: false },
      { target: 'src/b.ts', relative: true, typeOnly: true },
      { target: 'src/edge/c.ts', relative: true, typeOnly: false },
      { target: 'src/edge/effect.ts', relative: true, typeOnly: false },
      { target: 'src/edge/e.ts', relative: true, typeOnly: false },
      { target: 'hono', relative: false, typeOnly: false },
      { target: 'src/edge/f.ts', relative: true, typeOnly: false },
    ]);
  });

  test('catches an edge shell that imports an actor, and an actor that imports an edge shell', () => {
    expect(check('src/edge/shield.ts', "import { Registry } from '../actors/registry/actor.ts';")).toHaveLength(1);
    expect(check('src/actors/bus/actor.ts', "import { shield } from '../../edge/shield.ts';")).toHaveLength(1);
  });

  test('catches a pure file that imports a shell', () => {
    expect(check('src/edge/waf/evaluate.ts', "import { shield } from '../shield.ts';")).toHaveLength(1);
  });

  test.each([
    "import { env } from 'cloudflare:workers';",
    "import { Server } from 'partyserver';",
    "import { Hono } from 'hono';",
    'const now = Date.now();',
    'const dice = Math.random();',
  ])('catches a pure file that says %s', (text) => {
    expect(check('src/edge/waf/evaluate.ts', text)).toHaveLength(1);
    expect(check('src/edge/shield.ts', text)).toEqual([]);
  });

  test('keeps the terminal apart: it asks the control plane as everybody does, and its texts are pure', () => {
    expect(check('src/edge/shield.ts', "import { table } from '../cli/format/table.ts';")).toHaveLength(1);
    expect(check('src/cli/shell.ts', "import { shield } from '../edge/shield.ts';")).toHaveLength(1);
    expect(check('src/cli/shell.ts', "import { SCOPES } from '../edge/scopes.ts';")).toEqual([]);
    expect(check('src/cli/format/table.ts', 'process.stdout.write(text);')).toHaveLength(1);
    expect(check('src/cli/shell.ts', 'process.stdout.write(text);')).toEqual([]);
  });

  test('lets comments name what code may not', () => {
    expect(check('src/edge/lease.ts', '/**\n * `now` is Date.now() of the caller.\n */\nlet now = 0;')).toEqual([]);
  });

  test('catches a schema that looks up, contracts imported as values, a missing extension and a cycle', () => {
    expect(check('rules/schema.ts', "import { judge } from '../src/edge/judge.ts';")).toHaveLength(1);
    expect(check('src/edge/shield.ts', "import { x } from '../actors/contracts.ts';")).toHaveLength(1);
    expect(check('src/edge/shield.ts', "import { x } from './verdict';")).toHaveLength(1);
    const cycle = [
      { path: 'src/edge/a.ts', text: "import { b } from './b.ts';" },
      { path: 'src/edge/b.ts', text: "import { a } from './a.ts';" },
    ];
    expect(boundaryViolations(cycle)).toEqual(['import cycle: src/edge/a.ts -> src/edge/b.ts -> src/edge/a.ts']);
  });
});
