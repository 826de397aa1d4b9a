import * as v from 'valibot';
import { parseDocument } from 'yaml';
import { parseWith, type Parsed } from '../../src/parse.ts';
import { OutputSchema, readOutput, type Expectation, type FtwTest } from './ftw-test.ts';

/** What a suite says of one engine: these tests are expected to end in another way there. */
interface Override {
  readonly tests: ReadonlySet<string>;
  readonly expected: Expectation;
}

const Overrides = v.object({
  test_overrides: v.array(
    v.object({
      rule_id: v.string(),
      test_ids: v.array(v.string()),
      output: v.optional(OutputSchema, {}),
    }),
  ),
});

/** Reads go-ftw's platform overrides (`httpd-overrides.yaml`). */
export function parseOverrides(text: string): Parsed<readonly Override[]> {
  const document = parseDocument(text, { schema: 'failsafe', logLevel: 'silent' });
  const [error] = document.errors;
  if (error !== undefined) return { ok: false, problems: [{ path: '', message: `is no YAML: ${error.message}` }] };
  const file = parseWith(Overrides, document.toJS());
  if (!file.ok) return file;
  const overrides = file.value.test_overrides.map(({ rule_id, test_ids, output }) => ({
    tests: new Set(test_ids.map((test) => `${rule_id}-${test}`)),
    expected: readOutput(output),
  }));
  return { ok: true, value: overrides };
}

/** An override takes the place of the whole expectation, as in go-ftw. */
export function applyOverrides(tests: readonly FtwTest[], overrides: readonly Override[]): readonly FtwTest[] {
  return tests.map((test) => {
    const override = overrides.findLast(({ tests: ids }) => ids.has(test.id));
    if (override === undefined) return test;
    return { ...test, stages: test.stages.map((stage) => ({ ...stage, expected: override.expected })) };
  });
}
