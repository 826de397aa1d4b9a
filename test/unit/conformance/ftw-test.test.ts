import { describe, expect, test } from 'vitest';
import { parseTestFile } from '../../../scripts/conformance/ftw-test.ts';
import { applyOverrides, parseOverrides } from '../../../scripts/conformance/overrides.ts';

function readOne(yaml: string) {
  const read = parseTestFile(yaml, '920100.yaml', 'REQUEST-920');
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value[0]!;
}

const CRS_4 = `
meta: {author: me}
rule_id: 920100
tests:
  - test_id: 3
    stages:
      - input:
          method: POST
          uri: "/a?b=c"
          headers: {User-Agent: x, Host: localhost, Content-Length: 010}
          data: 'a={{ "1" | repeat 3 }}'
        output:
          status: 400
          log: {expect_ids: [920100], no_expect_ids: [1, 2], match_regex: 'found \\d'}
`;

const CRS_3 = `
---
  tests:
    -
      test_title: 920100-7
      stages:
        -
          stage:
            input: {data: [a, b], stop_magic: true, version: ""}
            output:
              status: [403, 400]
              no_log_contains: "id \\"920100\\""
`;

describe('a file of tests', () => {
  test('is read in the shape of CRS 4', () => {
    const { id, group, stages } = readOne(CRS_4);
    expect({ id, group }).toEqual({ id: '920100-3', group: 'REQUEST-920' });
    expect(stages[0]?.input).toMatchObject({
      method: 'POST',
      uri: '/a?b=c',
      data: 'a=111',
      autocomplete: true,
      raw: null,
    });
    // A header's value is a text, and the headers stand in the order of their names.
    expect(stages[0]?.input.headers).toEqual([
      ['Content-Length', '010'],
      ['Host', 'localhost'],
      ['User-Agent', 'x'],
    ]);
    expect(stages[0]?.expected).toEqual({
      status: [400],
      expectIds: ['920100'],
      noExpectIds: ['1', '2'],
      matches: /found \d/,
      noMatch: null,
      error: false,
    });
  });

  test('is read in the shape of CRS 3', () => {
    const { id, stages } = readOne(CRS_3);
    expect(id).toBe('920100-7');
    expect(stages[0]?.input).toMatchObject({
      data: 'a\r\nb',
      autocomplete: false,
      tellsEmptiness: false,
      version: '',
      method: 'GET',
      uri: '/',
    });
    expect(stages[0]?.expected).toMatchObject({ status: [403, 400], noMatch: /id "920100"/ });
  });

  test('that is no YAML, or no tests, is refused with what is wrong', () => {
    expect(parseTestFile('a: [', 'x.yaml', 'g')).toMatchObject({
      ok: false,
      problems: [{ message: expect.stringContaining('is no YAML') }],
    });
    expect(parseTestFile('tests: 3', 'x.yaml', 'g')).toMatchObject({ ok: false, problems: [{ path: 'tests' }] });
  });

  test('whose expectation is no regular expression is refused', () => {
    const read = parseTestFile(CRS_4.replace('found \\d', '(found'), 'x.yaml', 'g');
    expect(read).toMatchObject({ ok: false, problems: [{ message: expect.stringContaining('regular expression') }] });
  });
});

test('an override takes the place of the whole expectation', () => {
  const overrides = parseOverrides(
    'test_overrides: [{rule_id: 920100, test_ids: [3], reason: x, output: {log: {no_expect_ids: [920100]}}}]',
  );
  if (!overrides.ok) throw new Error('unreachable: the overrides are well formed');
  const [changed] = applyOverrides([readOne(CRS_4)], overrides.value);
  expect(changed?.stages[0]?.expected).toMatchObject({
    status: [],
    expectIds: [],
    noExpectIds: ['920100'],
    matches: null,
  });
  const other = readOne(CRS_3);
  expect(applyOverrides([other], overrides.value)).toEqual([other]);
});
