import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SecDirective, SecRule } from '../../../rules/seclang/ast.ts';
import { parseSecLang } from '../../../rules/seclang/parse-seclang.ts';
import { crsCopies } from '../../support/node/crs.ts';

function parse(text: string): readonly SecDirective[] {
  const { directives, problems } = parseSecLang(text, 'test.conf');
  expect(problems).toEqual([]);
  return directives;
}

function parseOne(text: string): SecDirective {
  const [first, ...more] = parse(text);
  expect(more).toEqual([]);
  return first!;
}

function parseRule(text: string): SecRule {
  const directive = parseOne(text);
  if (directive.kind !== 'rule') throw new Error(`is a ${directive.kind}`);
  return directive;
}

function problemsOf(text: string): string[] {
  return parseSecLang(text, 'a.conf').problems.map(({ place, message }) => `${place.file}:${place.line}: ${message}`);
}

const variables = (list: string) => parseRule(`SecRule ${list} "@rx a" "id:1"`).variables;

describe('lines', () => {
  it('joins a directive that is written on several lines, and tells its first', () => {
    const rule = parseRule('\n# a comment\nSecRule ARGS "@rx a" \\\n    "id:1,\\\n    phase:2"\n');
    expect(rule.place).toEqual({ file: 'test.conf', line: 3 });
    expect(rule.actions).toEqual([
      { name: 'id', argument: '1' },
      { name: 'phase', argument: '2' },
    ]);
  });

  it('leaves out comments, also continued ones, and reads files with Windows line ends', () => {
    expect(parse('# SecMarker \\\nA\r\n  # B\r\nSecMarker C\r\n')).toMatchObject([{ kind: 'marker', name: 'C' }]);
  });

  it('goes on after what it cannot read', () => {
    const { directives, problems } = parseSecLang('SecRule ARGS "@rx a\nSecMarker B', 'a.conf');
    expect(problems).toEqual([{ place: { file: 'a.conf', line: 1 }, message: 'a " is not closed' }]);
    expect(directives).toMatchObject([{ name: 'B' }]);
  });

  it('leaves out rules for a part of a site, and says so once', () => {
    const text =
      '<IfModule security2_module>\nSecMarker A\n<Location "/x">\n<If "y">\nSecMarker B\n</If>\n</Location>\nSecMarker C\n</IfModule>';
    const { directives, problems } = parseSecLang(text, 'a.conf');
    expect(directives).toMatchObject([{ name: 'A' }, { name: 'C' }]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ place: { line: 3 } });
  });
});

describe('quoting', () => {
  it('takes a backslash off a quote and off another backslash, and leaves others to the pattern', () => {
    const { operator } = parseRule(String.raw`SecRule ARGS "@rx [\"'\\\\]\d\." "id:1"`);
    expect(operator).toEqual({ name: 'rx', negate: false, argument: String.raw`["'\\]\d\.` });
  });

  it('reads bare words', () => {
    expect(parseRule('SecRule ARGS attack id:1')).toMatchObject({ operator: { name: 'rx', argument: 'attack' } });
  });

  it('keeps commas, colons and escaped quotes of a quoted argument', () => {
    const { actions } = parseRule(String.raw`SecAction "id:'7',msg:'It\'s a: b, c',tag:x/y"`);
    expect(actions).toEqual([
      { name: 'id', argument: '7' },
      { name: 'msg', argument: "It's a: b, c" },
      { name: 'tag', argument: 'x/y' },
    ]);
  });
});

describe('variables', () => {
  const plain = { selector: null, isPattern: false, exclude: false, count: false };

  it('reads members, exclusions and counts', () => {
    expect(variables('ARGS|!ARGS:csrf|&request_headers:Host')).toEqual([
      { ...plain, name: 'ARGS' },
      { ...plain, name: 'ARGS', selector: 'csrf', exclude: true },
      { ...plain, name: 'REQUEST_HEADERS', selector: 'Host', count: true },
    ]);
  });

  it('reads patterns, bare or quoted, whatever characters they hold', () => {
    expect(variables(String.raw`"!REQUEST_COOKIES:/^_ga(?:_\w+|x,y)?$/|ARGS"`)).toEqual([
      { ...plain, name: 'REQUEST_COOKIES', selector: String.raw`^_ga(?:_\w+|x,y)?$`, isPattern: true, exclude: true },
      { ...plain, name: 'ARGS' },
    ]);
    expect(variables(String.raw`&TX:'/A\\\/B|C/'`)).toEqual([
      { ...plain, name: 'TX', selector: 'A/B|C', isPattern: true, count: true },
    ]);
  });

  it('reads XPath as a selector', () => {
    expect(variables('XML:/*|XML://@*|ARGS')).toEqual([
      { ...plain, name: 'XML', selector: '/*' },
      { ...plain, name: 'XML', selector: '//@*' },
      { ...plain, name: 'ARGS' },
    ]);
  });

  it('refuses what is none', () => {
    expect(problemsOf('SecRule "|" "@rx a" "id:1"')).toEqual(['a.conf:1: names no variable']);
    expect(problemsOf(`SecRule "ARGS:'x" "@rx a" "id:1"`)).toEqual([`a.conf:1: the selector in ":'x" is not closed`]);
    expect(problemsOf('SecRule "ARGS|%x" "@rx a" "id:1"')).toEqual(['a.conf:1: "%x" is no variable']);
  });
});

describe('operators', () => {
  it.each([
    ['@within a b', { name: 'within', negate: false, argument: 'a b' }],
    ['!@rx ^0$', { name: 'rx', negate: true, argument: '^0$' }],
    ['!^0$', { name: 'rx', negate: true, argument: '^0$' }],
    ['@detectSQLi', { name: 'detectSQLi', negate: false, argument: '' }],
    ['@pm a  b ', { name: 'pm', negate: false, argument: 'a  b' }],
  ])('reads %s', (text, operator) => {
    expect(parseRule(`SecRule ARGS "${text}" "id:1"`).operator).toEqual(operator);
  });
});

describe('directives', () => {
  it('reads selections of rules', () => {
    expect(parse('SecRuleRemoveById 1 "5-9"\nSecRuleRemoveByTag "attack-.*"\nSecRuleRemoveByMsg gone')).toMatchObject([
      {
        kind: 'remove',
        selection: {
          by: 'id',
          ranges: [
            [1, 1],
            [5, 9],
          ],
        },
      },
      { kind: 'remove', selection: { by: 'tag', pattern: 'attack-.*' } },
      { kind: 'remove', selection: { by: 'msg', pattern: 'gone' } },
    ]);
  });

  it('reads what changes other rules', () => {
    const text =
      'SecRuleUpdateTargetById 7 "!ARGS:a"\nSecRuleUpdateTargetByTag t ARGS_NAMES ARGS\nSecRuleUpdateActionById 7 "nolog"';
    expect(parse(text)).toMatchObject([
      { kind: 'updateTarget', selection: { by: 'id' }, variables: [{ exclude: true }], replaced: null },
      { kind: 'updateTarget', selection: { by: 'tag' }, replaced: [{ name: 'ARGS' }] },
      { kind: 'updateAction', actions: [{ name: 'nolog', argument: null }] },
    ]);
  });

  it('reads the rest as settings, which the importer judges', () => {
    expect(parse('SecRuleEngine DetectionOnly\nInclude rules/*.conf\nSecComponentSignature "X/1"')).toMatchObject([
      { kind: 'setting', name: 'SecRuleEngine', arguments: ['DetectionOnly'] },
      { kind: 'include', path: 'rules/*.conf', optional: false },
      { kind: 'signature', text: 'X/1' },
    ]);
  });

  it.each([
    ['SecRule ARGS', 'SecRule takes variables, an operator and a list of actions'],
    ['SecRule ARGS "@rx a" "id:1" more', 'SecRule takes variables, an operator and a list of actions'],
    ['SecAction', 'SecAction takes a list of actions'],
    ['SecMarker', 'SecMarker takes a name'],
    ['SecRuleRemoveById x', '"x" is no rule id'],
    ['SecRuleRemoveById', 'names no rule'],
    ['SecRuleRemoveByTag', 'takes a tag'],
    ['SecRule ARGS "@rx a" "id:1,&"', '"&" is no action'],
    [`SecAction "msg:'x"`, 'the quoted argument of msg is not closed'],
  ])('refuses %s', (text, message) => {
    expect(problemsOf(text)).toEqual([`a.conf:1: ${message}`]);
  });
});

const copies = crsCopies();

describe.skipIf(copies.length === 0)('OWASP CRS (needs modsecurity-crs or EDGESHIELD_CRS)', () => {
  it.each(copies)('$name: every file is read whole', ({ rules, setup }) => {
    const files = readdirSync(rules).filter((name) => /\.conf(?:\.example)?$/.test(name));
    const texts = [...files.map((name) => join(rules, name)), setup].map((path) => readFileSync(path, 'latin1'));
    let directives = 0;
    for (const text of texts) {
      const read = parseSecLang(text, 'crs');
      expect(read.problems).toEqual([]);
      directives += read.directives.length;
    }
    // What is not lost in reading is counted with other means: each directive begins a line.
    const written = texts.join('\n').match(/^[ \t]*Sec[A-Z]/gm)?.length;
    expect(directives).toBe(written);
  });
});
