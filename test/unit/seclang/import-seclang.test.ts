import { describe, expect, it } from 'vitest';
import { importSecLang, type ImportReport } from '../../../rules/seclang/import-seclang.ts';
import { parseIds, parseSecLang } from '../../../rules/seclang/parse-seclang.ts';
import type { Paranoia } from '../../../rules/seclang/draft.ts';
import { parseRuleset, type Rule, type Ruleset } from '../../../rules/schema.ts';
import { findSetup, readDataFile, RuleFiles } from '../../../scripts/import-rules/read-files.ts';
import { crsCopies } from '../../support/node/crs.ts';

interface Options {
  readonly setup?: string;
  readonly paranoia?: Paranoia;
  readonly exclude?: string;
  readonly data?: Readonly<Record<string, string>>;
}

function importText(
  text: string,
  { setup = '', paranoia, exclude, data = {} }: Options = {},
): { readonly ruleset: Ruleset; readonly report: ImportReport; readonly rules: readonly Rule[] } {
  const ids = exclude === undefined ? null : parseIds([exclude]);
  const imported = importSecLang(
    {
      setup: [parseSecLang(setup, 'setup.conf')],
      rules: [parseSecLang(text, 'rules.conf')],
      readData: (name) => data[name] ?? null,
    },
    { name: 'test', paranoia: paranoia ?? null, exclude: ids?.ok === true ? ids.value : null },
  );
  if (!imported.ok) throw new Error(JSON.stringify(imported.problems));
  const { ruleset, report } = imported.value;
  return { ruleset, report, rules: ruleset.rules };
}

function importOne(text: string, options?: Options): Rule {
  const { rules, report } = importText(text, options);
  expect(report.notTaken).toEqual([]);
  expect(rules).toHaveLength(1);
  return rules[0]!;
}

function idsOf(rules: readonly Rule[]): readonly string[] {
  return rules.map(({ id }) => id);
}

const PL = String.raw`
SecRule TX:LEVEL "@lt 2" "id:1,phase:2,pass,nolog,skipAfter:END"
SecRule ARGS "@rx b" "id:2,phase:2,block,tag:paranoia-level/2"
SecMarker END
SecRule ARGS "@rx c" "id:3,phase:2,block"
`;

describe('a rule', () => {
  it('is taken with its targets, transformations, operator, tags and what CRS says about it', () => {
    const rule = importOne(String.raw`
SecRule REQUEST_COOKIES|!REQUEST_COOKIES:/__utm/|&ARGS|XML:/* "!@rx \d" \
    "id:942100,phase:2,block,capture,multiMatch,t:none,t:urlDecodeUni,t:normalisePath,\
    msg:'SQL: found (%{TX.0})',severity:'CRITICAL',tag:'attack-sqli',tag:'paranoia-level/3'"`);
    expect(rule).toEqual({
      id: '942100',
      name: 'SQL: found (…)',
      category: 'sqli',
      severity: 'critical',
      score: 0,
      action: 'log',
      phase: 2,
      paranoia: 3,
      targets: [
        { collection: 'REQUEST_COOKIES' },
        { collection: 'REQUEST_COOKIES', pattern: '__utm', exclude: true },
        { collection: 'ARGS', count: true },
        { collection: 'XML', selector: '/*' },
      ],
      transformations: ['urlDecodeUni', 'normalizePath'],
      operator: { name: 'rx', pattern: String.raw`\d`, negate: true },
      multiMatch: true,
      tags: ['attack-sqli', 'paranoia-level/3'],
      examples: { match: [], noMatch: [] },
    });
  });

  it.each([
    ['attack-rce', 'cmdi'],
    ['attack-injection-php', 'cmdi'],
    ['attack-lfi', 'traversal'],
    ['attack-protocol', 'protocol'],
    ['attack-reputation-scanner', 'scanner'],
    ['attack-disclosure', 'other'],
  ])('tagged %s is of the category %s', (tag, category) => {
    expect(importOne(`SecRule ARGS "@rx a" "id:1,tag:'${tag}'"`).category).toBe(category);
  });

  it.each([
    ['deny', 'block'],
    ['drop', 'block'],
    ['deny,nolog', 'block'],
    ['block', 'log'],
    ['pass', 'log'],
    ['pass,nolog,setvar:tx.a=1', 'pass'],
    ['severity:ERROR', 'log'],
  ])('that says %s has the action %s', (actions, action) => {
    const [rule] = importText(`SecRule ARGS "@rx a" "id:1,${actions}"\nSecRule TX:a "@rx 1" "id:2"`).rules;
    expect(rule?.action).toBe(action);
  });

  it('does with block what the default action of its phase says', () => {
    const { rules } = importText(`
SecDefaultAction "phase:2,log,deny,status:403"
SecRule ARGS "@rx a" "id:1,phase:2,block"
SecRule ARGS "@rx a" "id:2,phase:2"
SecRule ARGS "@rx a" "id:3,phase:2,pass"
SecRule ARGS "@rx a" "id:4,phase:1,block"`);
    expect(rules.map(({ action }) => action)).toEqual(['block', 'block', 'log', 'log']);
  });

  it('takes default transformations, unless it begins anew', () => {
    const { rules } = importText(`
SecDefaultAction "phase:2,pass,t:lowercase"
SecRule ARGS "@rx a" "id:1,phase:2,t:trim"
SecRule ARGS "@rx a" "id:2,phase:2,t:none,t:trim"`);
    expect(rules.map(({ transformations }) => transformations)).toEqual([['lowercase', 'trim'], ['trim']]);
  });

  it('keeps its chain, with what each link sets', () => {
    const { rules } = importText(`
SecRule ARGS "@rx (a)" "id:1,phase:2,deny,capture,setvar:'tx.x_%{MATCHED_VAR_NAME}=%{tx.1}',chain"
    SecRule TX:/^x_/ "@streq %{request_headers.host}" "t:lowercase,setvar:'tx.score=+5'"
SecRule TX:score "@ge 5" "id:2,phase:2,deny"`);
    expect(rules[0]).toMatchObject({
      capture: true,
      assignments: [
        {
          variable: ['x_', { collection: 'MATCHED_VAR_NAME' }],
          operation: 'set',
          value: [{ collection: 'TX', selector: '1' }],
        },
      ],
      chain: [
        {
          targets: [{ collection: 'TX', pattern: '^x_' }],
          transformations: ['lowercase'],
          operator: { name: 'streq', text: [{ collection: 'REQUEST_HEADERS', selector: 'host' }] },
          assignments: [{ variable: 'score', operation: 'add', value: '5' }],
        },
      ],
    });
  });
});

describe('operators', () => {
  it.each<[string, Rule['operator']]>([
    ['@pm a B a', { name: 'pm', words: ['a', 'B'] }],
    ['@pm a|20 41|b', { name: 'pm', words: ['a|20', '41|b'] }],
    ['@pm a|20|b', { name: 'pm', words: ['a b'] }],
    ['@pmFromFile words.data', { name: 'pm', words: ['one', 'two words'] }],
    ['@pmf words.data', { name: 'pm', words: ['one', 'two words'] }],
    ['@ipMatch 10.0.0.0/8, ::1', { name: 'ipMatch', addresses: ['10.0.0.0/8', '::1'] }],
    ['@ipMatchFromFile ips.data', { name: 'ipMatch', addresses: ['192.0.2.1'] }],
    [
      '@validateByteRange 9,10,32-126',
      {
        name: 'validateByteRange',
        ranges: [
          [9, 9],
          [10, 10],
          [32, 126],
        ],
      },
    ],
    ['@strmatch x', { name: 'contains', text: 'x' }],
    ['!@eq 0', { name: 'eq', value: '0', negate: true }],
    ['@detectSQLi', { name: 'detectSQLi' }],
  ])('%s', (written, operator) => {
    const data = { 'words.data': '# comment\none\n\n  two words \r\n', 'ips.data': '192.0.2.1\n' };
    expect(importOne(`SecRule ARGS "${written}" "id:1"`, { data }).operator).toEqual(operator);
  });

  it('asks Cloudflare where a client is', () => {
    const rule = importOne(`SecRule REMOTE_ADDR "@geoLookup" "id:1,deny,chain"
SecRule GEO:COUNTRY_CODE "@within XX" ""`);
    expect(rule).toMatchObject({
      targets: [{ collection: 'GEO', selector: 'COUNTRY_CODE' }],
      operator: { name: 'streq', text: '', negate: true },
    });
  });
});

describe('what cannot be taken', () => {
  it.each([
    [
      'SecRule ARGS "@rbl a.example" "id:7,deny"',
      '@rbl asks a DNS blocklist for each request; feed its addresses to the blocklist instead',
    ],
    ['SecRule ARGS "@rx a" "id:7,deny,constructor"', 'the action constructor is not known here'],
    ['SecRule ARGS "@constructor" "id:7,deny"', 'the operator @constructor is not known here'],
    ['SecRule ARGS "@foo a" "id:7,deny"', 'the operator @foo is not known here'],
    ['SecRule ARGS "@pmFromFile none.data" "id:7,deny"', 'the file none.data is not there'],
    ['SecRule FOO "@rx a" "id:7,deny"', 'the variable FOO is not known here'],
    ['SecRule ARGS "@rx a" "id:7,deny,t:foo"', 'the transformation foo is not known here'],
    ['SecRule ARGS "@rx a" "id:7,deny,foo"', 'the action foo is not known here'],
    ['SecRule XML://user "@rx a" "id:7,deny"', 'of XPath only /* and //@* are taken, not //user'],
    ['SecRule ARGS "@rx (a" "id:7,deny"', 'the pattern (a cannot be read: at 2: a group has no end'],
    ['SecRule ARGS:/[/ "@rx a" "id:7,deny"', 'the pattern [ cannot be read: at 1: a class has no end'],
    [
      'SecRule ARGS "@rx ^%{MATCHED_VAR}$" "id:7,deny"',
      'the pattern has a variable in it, so that nothing can be proven about it',
    ],
    ['SecRule ARGS "@streq %{foo}" "id:7,deny"', '%{foo} is no variable known here'],
    ['SecRule ARGS "@validateByteRange 1-256" "id:7,deny"', '"1-256" is no range of bytes'],
  ])('%s is told', (text, message) => {
    const { report, rules } = importText(`${text}\nSecRule ARGS "@rx a" "id:8,deny"`);
    expect(idsOf(rules)).toEqual(['8']);
    expect(report.notTaken).toEqual([
      { place: { file: 'rules.conf', line: 1 }, rule: '7', message, loses: 'detection' },
    ]);
  });

  it('takes a whole chain with it', () => {
    const { report, rules } = importText(`
SecRule ARGS "@rx a" "id:7,pass,chain"
  SecRule IP:x "@eq 1" "ctl:ruleRemoveById=8"
SecRule ARGS "@rx a" "id:8,deny"`);
    expect(idsOf(rules)).toEqual(['8']);
    expect(report.notTaken).toMatchObject([{ rule: '7', loses: 'exclusion' }]);
  });

  it('is told where only a part is lost', () => {
    const { report, rules } = importText(
      `SecRule ARGS|FOO "@rx a" "id:7,deny,initcol:ip=%{REMOTE_ADDR},setvar:ip.x=1,ctl:requestBodyLimit=1"`,
    );
    expect(rules[0]?.targets).toEqual([{ collection: 'ARGS' }]);
    expect(report.incomplete.map(({ rule, message }) => [rule, message.split(':')[0]])).toEqual([
      ['7', 'initcol'],
      ['7', 'setvar'],
      ['7', 'ctl'],
      ['7', 'the variable FOO is not known here'],
    ]);
  });

  it('is not told where no request would have reached it', () => {
    const { report } = importText(`
SecRule &TX:on "@eq 0" "id:1,phase:1,pass,nolog,skipAfter:END"
SecRule IP:x "@eq 1" "id:2,phase:1,deny"
SecMarker END
SecRule ARGS "@rx a" "id:3,deny"`);
    expect(report.notTaken).toEqual([]);
    expect(report.unreachable).toBe(1);
  });

  it('are directives of the engine, each with who decides instead', () => {
    const { report } = importText('SecRuleEngine On\nSecFooBar 1\nSecRule ARGS "@rx a" "id:1"');
    expect(report.notices.map(({ place, message }) => [place.line, message])).toEqual([
      [1, 'SecRuleEngine: the policy says whether a ruleset blocks or only detects'],
      [2, 'SecFooBar: is not known'],
    ]);
  });

  it('are rules without an id, and the second with the same', () => {
    const { report } = importText(
      'SecRule ARGS "@rx a" "deny"\nSecRule ARGS "@rx a" "id:1"\nSecRule ARGS "@rx b" "id:1"',
    );
    expect(report.notTaken.map(({ message }) => message)).toEqual([
      'the id is taken by a rule in rules.conf:2',
      'has no id',
    ]);
  });

  it('names the rules of the engine that the request view makes needless', () => {
    const { report, rules } = importText(`
SecRule REQUEST_HEADERS:Content-Type "^application/json" "id:200001,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=JSON"
SecRule REQBODY_ERROR "!@eq 0" "id:200002,phase:2,t:none,deny"`);
    expect(report.implied).toEqual(['200001']);
    expect(idsOf(rules)).toEqual(['200002']);
  });
});

describe('what the set-up decides', () => {
  it('drops the rules behind a guard that is closed, and the guard', () => {
    const setup = 'SecAction "id:90,phase:1,pass,nolog,setvar:tx.level=1"';
    const { rules, report, ruleset } = importText(PL, { setup });
    expect(idsOf(rules)).toEqual(['3']);
    expect(report).toMatchObject({ unreachable: 1, never: 0, idle: 2 });
    expect(ruleset.variables).toBeUndefined();
  });

  it('drops a guard that is open, and keeps the rules', () => {
    const setup = 'SecAction "id:90,phase:1,pass,nolog,setvar:tx.level=2"';
    expect(idsOf(importText(PL, { setup }).rules)).toEqual(['2', '3']);
  });

  it('keeps a guard that depends on the request', () => {
    const setup = `SecAction "id:90,phase:1,pass,nolog,setvar:tx.level=1"
SecRule REQUEST_FILENAME "@beginsWith /admin" "id:91,phase:1,pass,nolog,setvar:tx.level=2"`;
    const { rules, ruleset } = importText(PL, { setup });
    expect(idsOf(rules)).toEqual(['91', '1', '2', '3']);
    expect(ruleset.variables).toEqual({ level: '1' });
    expect(ruleset.markers).toEqual({ END: 3 });
  });

  it('is decided though a path may be taken out of everything', () => {
    const setup = `SecRule REQUEST_FILENAME "@streq /a" "id:89,phase:1,pass,nolog,ctl:ruleRemoveByTag=."
SecAction "id:90,phase:1,pass,nolog,tag:all,setvar:tx.level=1"`;
    const { rules, ruleset } = importText(PL.replaceAll('phase:2,', 'phase:2,tag:all,'), { setup });
    expect(idsOf(rules)).toEqual(['89', '3']);
    expect(ruleset.variables).toBeUndefined();
  });

  it('asks for the paranoia level in place of the set-up', () => {
    const text = PL.replaceAll('LEVEL', 'DETECTION_PARANOIA_LEVEL');
    const setup = 'SecAction "id:90,phase:1,pass,nolog,setvar:tx.detection_paranoia_level=1"';
    expect(idsOf(importText(text, { setup, paranoia: 2 }).rules)).toEqual(['2', '3']);
  });

  it('sets defaults that the set-up left out, and fills constants into operators, patterns and values', () => {
    const { rules, ruleset } = importText(`
SecRule &TX:five "@eq 0" "id:1,phase:1,pass,nolog,setvar:tx.five=5"
SecRule &TX:words "@eq 0" "id:2,phase:1,pass,nolog,setvar:'tx.words=a|b'"
SecAction "id:3,phase:1,pass,nolog,setvar:tx.sum=0"
SecRule ARGS "!@rx ^%{tx.words}$" "id:4,phase:2,pass,setvar:'tx.sum=+%{tx.five}'"
SecRule TX:SUM "@ge %{tx.five}" "id:5,phase:2,deny"`);
    expect(idsOf(rules)).toEqual(['4', '5']);
    expect(rules[0]).toMatchObject({
      operator: { name: 'rx', pattern: '^a|b$', negate: true },
      assignments: [{ variable: 'sum', operation: 'add', value: '5' }],
    });
    expect(rules[1]).toMatchObject({ targets: [{ selector: 'sum' }], operator: { name: 'ge', value: '5' } });
    expect(ruleset.variables).toEqual({ sum: '0' });
  });

  it('does not fill in what a rule before may have changed', () => {
    const { rules } = importText(`
SecAction "id:1,phase:1,pass,nolog,setvar:tx.a=x"
SecRule ARGS "@rx q" "id:2,phase:2,pass,nolog,setvar:tx.a=y"
SecRule ARGS "@streq %{tx.a}" "id:3,phase:2,deny"`);
    expect(rules.at(-1)?.operator).toEqual({ name: 'streq', text: [{ collection: 'TX', selector: 'a' }] });
  });

  it('does not fill in what a request may have named', () => {
    const { rules } = importText(`
SecRule ARGS_NAMES "@rx ." "id:1,phase:2,pass,nolog,setvar:'tx.n_%{MATCHED_VAR}=1'"
SecRule TX:n_a "@eq 1" "id:2,phase:2,deny"
SecRule TX:m_a "@eq 1" "id:3,phase:2,deny"
SecRule &TX:/^m_/ "@eq 1" "id:4,phase:2,deny"`);
    // Any name may have been made up, so that only a plain one is known not to be set.
    expect(idsOf(rules)).toEqual(['1', '2', '4']);
  });

  it('leaves out the conditions of a chain that always hold, and rules with one that never does', () => {
    const { rules } = importText(`
SecAction "id:1,phase:1,pass,nolog,setvar:tx.limit=3"
SecRule &TX:limit "@eq 1" "id:2,phase:2,deny,chain"
  SecRule &ARGS "@gt %{tx.limit}" ""
SecRule &TX:other "@eq 1" "id:3,phase:2,deny,chain"
  SecRule &ARGS "@gt %{tx.other}" ""`);
    expect(idsOf(rules)).toEqual(['2']);
    expect(rules[0]).toMatchObject({ targets: [{ collection: 'ARGS', count: true }], operator: { value: '3' } });
    expect(rules[0]?.chain).toBeUndefined();
  });

  it('keeps captures that something asks for, and drops those for the log alone', () => {
    const { rules } = importText(`
SecRule ARGS "@rx (a)" "id:1,phase:2,deny,capture,logdata:'%{TX.0}'"
SecRule ARGS "@rx (b)" "id:2,phase:2,deny,capture,chain"
  SecRule TX:1 "@streq b" ""`);
    expect(rules.map(({ capture }) => capture)).toEqual([undefined, true]);
  });

  it('tells of a rule that refuses every request', () => {
    const { report } = importText('SecRule &TX:setup "@eq 0" "id:1,phase:1,deny,msg:\'No set-up\'"');
    expect(report.refusals).toMatchObject([{ rule: '1', message: 'No set-up' }]);
  });
});

describe('changes to rules', () => {
  const rules = `
SecRule ARGS "@rx a" "id:10,phase:2,deny,tag:'x/a',msg:'One'"
SecRule ARGS "@rx b" "id:11,phase:2,deny,tag:'x/b',msg:'Two'"
SecRule ARGS|ARGS_NAMES "@rx c" "id:12,phase:2,deny,tag:'y',msg:'Three'"
`;

  it.each([
    ['SecRuleRemoveById 10 "12-20"', ['11']],
    ['SecRuleRemoveByTag "^x/"', ['12']],
    ['SecRuleRemoveByMsg Two', ['10', '12']],
  ])('%s', (text, left) => {
    expect(idsOf(importText(rules + text).rules)).toEqual(left);
  });

  it('leaves out what --exclude names', () => {
    const { rules: left, report } = importText(rules, { exclude: '10-11,99' });
    expect(idsOf(left)).toEqual(['12']);
    expect(report.removed).toBe(2);
  });

  it('changes targets', () => {
    const { rules: changed, report } = importText(`${rules}
SecRuleUpdateTargetById 10 "!ARGS:csrf"
SecRuleUpdateTargetByTag y "REQUEST_COOKIES" "ARGS_NAMES"
SecRuleUpdateTargetById 77 "!ARGS:a"`);
    expect(changed.map(({ targets }) => targets)).toEqual([
      [{ collection: 'ARGS' }, { collection: 'ARGS', selector: 'csrf', exclude: true }],
      [{ collection: 'ARGS' }],
      [{ collection: 'ARGS' }, { collection: 'REQUEST_COOKIES' }],
    ]);
    expect(report.notices).toMatchObject([{ message: 'no rule with 77' }]);
  });

  it('changes actions: those that a rule has once are replaced, others added', () => {
    const { rules: changed } = importText(
      `${rules}SecRuleUpdateActionById 10 "id:99,pass,tag:'new',msg:'Changed',setvar:tx.a=1"`,
    );
    expect(changed[0]).toMatchObject({ id: '10', name: 'Changed', action: 'log', tags: ['x/a', 'new'] });
  });

  it('resolves what a ctl takes out to the rules still to come', () => {
    const { rules: taken } = importText(`
SecRule REQUEST_FILENAME "@streq /a" "id:1,phase:1,pass,nolog,ctl:ruleRemoveByTag=^x/"
SecRule REQUEST_FILENAME "@streq /b" "id:2,phase:1,pass,nolog,ctl:ruleRemoveTargetById=10-12;ARGS_NAMES,ctl:ruleRemoveById=1"
SecRule REQUEST_FILENAME "@streq /c" "id:3,phase:1,pass,nolog,ctl:ruleRemoveById=999"
SecRule REQUEST_FILENAME "@streq /d" "id:4,phase:1,pass,nolog,ctl:ruleEngine=DetectionOnly"
SecRule REQUEST_FILENAME "@streq /e" "id:5,phase:1,allow,nolog"
SecRule REQUEST_FILENAME "@streq /f" "id:6,phase:1,allow:request,nolog"
SecRule RESPONSE_BODY "@rx a" "id:7,phase:4,deny"
${rules}`);
    expect(taken.slice(0, -4).map(({ id, controls }) => [id, controls])).toEqual([
      ['1', [{ name: 'removeRules', ids: ['10', '11'] }]],
      ['2', [{ name: 'removeTarget', ids: ['12'], target: { collection: 'ARGS_NAMES' } }]],
      ['4', [{ name: 'ruleEngine', mode: 'detect' }]],
      ['5', [{ name: 'ruleEngine', mode: 'off' }]],
      ['6', [{ name: 'removeRules', ids: ['10', '11', '12'] }]],
    ]);
  });
});

describe('skips', () => {
  it('go on at the marker of their phase, at the Nth rule, or at the end', () => {
    const { ruleset } = importText(`
SecRule ARGS "@rx a" "id:1,phase:2,pass,nolog,skip:1"
SecRule ARGS "@rx b" "id:2,phase:1,deny"
SecRule ARGS "@rx c" "id:3,phase:2,deny"
SecRule ARGS "@rx d" "id:4,phase:2,pass,nolog,skipAfter:NOWHERE"
SecRule ARGS "@rx e" "id:5,phase:2,allow:phase,nolog"
SecRule ARGS "@rx f" "id:6,phase:2,deny"`);
    expect(ruleset.rules.map(({ skipAfter }) => skipAfter)).toEqual([
      'skip of 1',
      undefined,
      undefined,
      'NOWHERE',
      'end of phase',
      undefined,
    ]);
    expect(ruleset.markers).toEqual({ 'skip of 1': 3, NOWHERE: 6, 'end of phase': 6 });
  });
});

const copies = crsCopies();

describe.skipIf(copies.length === 0)('OWASP CRS (needs modsecurity-crs or EDGESHIELD_CRS)', () => {
  const levels = [1, 2, 3, 4] as const;

  it.each(copies.flatMap((copy) => levels.map((paranoia) => ({ ...copy, paranoia }))))(
    '$name at paranoia level $paranoia: every detection of the level is taken, nothing else loses detection',
    ({ rules, setup, paranoia }) => {
      const files = new RuleFiles();
      const written = files.readRules(rules);
      const imported = importSecLang(
        { setup: files.readFile(setup), rules: written, readData: readDataFile },
        { name: 'crs', paranoia, exclude: null },
      );
      if (!imported.ok) throw new Error(JSON.stringify(imported.problems));
      const { ruleset, report } = imported.value;
      expect(parseRuleset(JSON.parse(JSON.stringify(ruleset))).ok).toBe(true);
      expect(report.notTaken.filter(({ loses }) => loses !== 'bookkeeping')).toEqual([]);
      expect(report.refusals).toEqual([]);
      expect(report.notices.filter(({ message }) => !message.startsWith('SecCollectionTimeout'))).toEqual([]);
      const tagged = written.flatMap(({ directives }) =>
        directives.flatMap((directive) => {
          if (directive.kind !== 'rule') return [];
          const level = directive.actions.find(({ argument }) => argument?.startsWith('paranoia-level/') === true);
          const isDetection = directive.actions.some(({ name }) => name === 'block');
          const id = directive.actions.find(({ name }) => name === 'id')?.argument ?? '';
          return isDetection && Number(level?.argument?.slice(-1)) <= paranoia ? [id] : [];
        }),
      );
      const taken = new Set(idsOf(ruleset.rules));
      // Checks that crs-setup.conf leaves off, and reputation, which asks for what ModSecurity would have kept.
      const missing = tagged.filter((id) => !taken.has(id)).sort();
      expect(missing.filter((id) => !/^(?:9203[679]0|920380|9204[01]0|9101[05678]0|910000|920250)$/.test(id))).toEqual(
        [],
      );
      expect(new Set(ruleset.rules.map((rule) => rule.paranoia)).size).toBeLessThanOrEqual(paranoia);
    },
  );

  it.each(copies)('$name: the set-up is found', ({ rules, setup }) => {
    expect(findSetup(rules)).toBe(setup);
  });
});
