import { CompletionContext } from '@codemirror/autocomplete';
import { json, jsonLanguage } from '@codemirror/lang-json';
import { EditorState } from '@codemirror/state';
import { toJsonSchema } from '@valibot/to-json-schema';
import { describe, expect, it } from 'vitest';
import core from '../../../rules/owasp-core.json' with { type: 'json' };
import { parseRuleset, RulesetSchema } from '../../../rules/schema.ts';
import { sayBriefly } from '../../../src/dashboard/json-editor/brief.ts';
import { completeJson } from '../../../src/dashboard/json-editor/complete-json.ts';
import { placeOf } from '../../../src/dashboard/json-editor/json-tree.ts';
import { printJson } from '../../../src/dashboard/json-editor/print-json.ts';

const schema = toJsonSchema(RulesetSchema, { errorMode: 'ignore', typeMode: 'input' });

/** What is offered where the text has a bar. */
function offered(text: string): readonly string[] {
  const pos = text.indexOf('|');
  const state = EditorState.create({ doc: text.replace('|', ''), extensions: [json()] });
  const result = completeJson(schema)(new CompletionContext(state, pos, true));
  return result?.options.map(({ label }) => label) ?? [];
}

describe('completion of a ruleset', () => {
  it('offers the keys of a rule that are not there yet', () => {
    const keys = offered('{"rules": [{"id": "a", "name": "b", |}]}');
    expect(keys).toContain('"severity"');
    expect(keys).not.toContain('"id"');
  });

  it('offers the values that the schema names', () => {
    expect(offered('{"rules": [{"category": "|"}]}')).toContain('"sqli"');
    expect(offered('{"rules": [{"transformations": ["lowercase", "|"]}]}')).toContain('"urlDecodeUni"');
  });

  it('knows which operator stands there', () => {
    const keys = offered('{"rules": [{"operator": {"name": "rx", |}}]}');
    expect(keys).toEqual(expect.arrayContaining(['"pattern"', '"ignoreCase"']));
    expect(keys).not.toContain('"words"');
  });
});

it('a problem names some of the values that would do, and how many more there are', () => {
  const data = { ...core, rules: [{ ...core.rules[0], targets: [{ collection: 'ARG' }], severity: 'bad' }] };
  const read = parseRuleset(data);
  const messages = read.ok ? [] : read.problems.map(({ message }) => sayBriefly(message));
  expect(messages).toContainEqual(
    expect.stringMatching(/^Invalid type: Expected \((?:"\w+" \| ){7}"\w+" and \d+ more\) but received "ARG"$/),
  );
  expect(messages).toContainEqual(
    'Invalid type: Expected ("critical" | "error" | "warning" | "notice") but received "bad"',
  );
  const nested = `Expected ("a" | "b" | ("c" | "d") | ${['e', 'f', 'g', 'h', 'i'].map((value) => `"${value}"`).join(' | ')}) but`;
  expect(sayBriefly(nested)).toBe('Expected ("a" | "b" | "c" | "d" | "e" | "f" | "g" | "h" and 1 more) but');
});

describe('the place of a problem', () => {
  const text = printJson(core);
  const { topNode } = jsonLanguage.parser.parse(text);
  const at = (path: string) => {
    const { from, to } = placeOf(topNode, text, path);
    return text.slice(from, to);
  };

  it('is the value at its path', () => {
    expect(at('rules.3.severity')).toBe(JSON.stringify(core.rules[3]?.severity));
    expect(at('rules.1.id')).toBe(JSON.stringify(core.rules[1]?.id));
  });

  it('is a name or a brace where the value is long, and the deepest part where there is no such value', () => {
    expect(at('rules.2.targets')).toBe('"targets"');
    expect(at('rules.2')).toBe('{');
    expect(at('rules.2.nothing.at.all')).toBe('{');
    expect(at('')).toBe('{');
  });
});

it('JSON for people says the same', () => {
  expect(JSON.parse(printJson(core))).toEqual(core);
  expect(printJson({ a: [1, { b: undefined, c: [] }] })).toBe('{\n  "a": [1, { "c": [] }]\n}');
});
