import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseRuleset } from '../../../rules/schema.ts';
import core from '../../../rules/owasp-core.json' with { type: 'json' };
import extended from '../../../rules/owasp-extended.json' with { type: 'json' };
import { checkRuleset } from '../../../src/edge/waf/check-ruleset.ts';
import { prepareRuleset } from '../../../src/edge/waf/prepare-ruleset.ts';
import { parsePreparedRuleset } from '../../../src/edge/waf/prepared-ruleset.ts';
import { importsOf, readSources } from '../../support/node/imports.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[\\/]$/, '');
const parsed = parseRuleset(core);
if (!parsed.ok) throw new Error('the built-in ruleset does not parse');

test.each([core, extended])(
  'the built-in preparation of $name is up to date; else run `npm run rules:prepare`',
  (data) => {
    const ruleset = parseRuleset(data);
    const checked = ruleset.ok ? checkRuleset(ruleset.value) : ruleset;
    const written = readFileSync(`${root}/rules/${data.name}.prepared.json`, 'utf8');
    expect(checked.ok && written === `${JSON.stringify(checked.value.prepared, null, 1)}\n`).toBe(true);
  },
);

test('a preparation survives its way through JSON', () => {
  const prepared = prepareRuleset(parsed.value);
  expect(parsePreparedRuleset(JSON.parse(JSON.stringify(prepared)))).toEqual({ ok: true, value: prepared });
});

test('what serves requests cannot reach the proofs', () => {
  const sources = new Map(readSources(root, ['src', 'rules', 'model']).map((source) => [source.path, source]));
  const reached = new Set<string>();
  const queue = ['src/edge/shield.ts'];
  for (const path of queue) {
    if (reached.has(path)) continue;
    reached.add(path);
    const source = sources.get(path);
    if (source === undefined) continue;
    for (const { target, relative, typeOnly } of importsOf(source)) {
      if (typeOnly) continue;
      if (relative) queue.push(target);
      else reached.add(target);
    }
  }
  const analysis = ['linearity.ts', 'prepare-regex.ts', 'required-literals.ts'].map(
    (name) => `src/edge/waf/regex/${name}`,
  );
  for (const path of [...analysis, 'src/edge/waf/prepare-operator.ts']) {
    expect([path, reached.has(path)]).toEqual([path, false]);
  }
  expect(reached.has('src/edge/waf/regex/matcher.ts')).toBe(true);
});
