import { describe, expect, test } from 'vitest';
import type { NumberedEvent } from '../../../src/actors/contracts.ts';
import { completionScript, type CommandNode } from '../../../src/cli/format/completion.ts';
import { eventLine } from '../../../src/cli/format/event-line.ts';
import { noPaint, type Paint } from '../../../src/cli/format/paint.ts';
import { plain, plainJson } from '../../../src/cli/format/plain.ts';
import { table } from '../../../src/cli/format/table.ts';
import { ago } from '../../../src/cli/format/when.ts';
import { describeEvent, mark } from '../../../src/cli/format/why-event.ts';

const marks: Paint = (style, text) => `<${style}>${text}</>`;

const HOSTILE = '/a\u001B]0;owned\u0007\u009B2J\u202Egnp.exe\r\n';

const event: NumberedEvent = {
  n: 7,
  id: '5f0c2d1e-0000-4000-8000-000000000000',
  kind: 'request',
  at: Date.UTC(2026, 10, 26, 15, 22, 1),
  outcome: 'block',
  reason: 'rule sqli-001 matched in ARGS:q',
  score: 1,
  client: { ip: '203.0.113.7', country: 'DE', asn: 64_500 },
  request: { method: 'GET', host: 'shop.example', path: '/search?q=1', route: 'default', userAgent: 'curl/8' },
  rules: [{ id: 'sqli-001', name: 'UNION', category: 'sqli', score: 70, location: 'ARGS:q', matched: 'union select' }],
  seq: 3,
};

// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/;

describe('text from outside', () => {
  test('cannot steer the terminal', () => {
    expect(plain(HOSTILE)).toBe('/a\\x1b]0;owned\\x07\\x9b2J\\u202egnp.exe\\r\\n');
  });

  test('stays itself in JSON, as escapes', () => {
    const text = plainJson({ path: HOSTILE }, 2);
    expect(text).not.toMatch(CONTROLS);
    expect(JSON.parse(text)).toEqual({ path: HOSTILE });
  });

  test.each([
    ['a line of tail', (hostile: NumberedEvent) => eventLine(hostile, noPaint)],
    ['a request explained', (hostile: NumberedEvent) => describeEvent(hostile, event.at, noPaint)],
  ])('is inert in %s, in every field', (_, write) => {
    const hostile = JSON.parse(
      JSON.stringify(event, (key, value: unknown) =>
        typeof value === 'string' && key !== 'outcome' && key !== 'kind' ? `${value}${HOSTILE}` : value,
      ),
    ) as NumberedEvent;
    expect(write(hostile)).not.toMatch(CONTROLS);
  });
});

test('a line of tail names time, decision, id, client, target and rule', () => {
  expect(eventLine(event, noPaint)).toBe(
    `15:22:01  block      5f0c2d1e  1.00  203.0.113.7      DE  ${'GET /search?q=1'.padEnd(56)}  sqli-001 in ARGS:q`,
  );
  expect(eventLine(event, marks)).toContain('<red>block    </>');
});

test('a match is marked where it stands, with or without colour', () => {
  const excerpt = { text: 'q=1 union select x', start: 4, end: 16 };
  expect(mark(excerpt, marks)).toBe('q=1 <inverse>union select</> x');
  expect(mark(excerpt, noPaint)).toBe('q=1 ⟦union select⟧ x');
});

test('a table keeps its columns, numbers to the right', () => {
  const rows = [
    { name: 'api', n: 5 },
    { name: 'default', n: 1200 },
  ];
  const text = table(
    rows,
    [
      { title: 'ROUTE', cell: ({ name }) => name },
      { title: 'N', cell: ({ n }) => String(n), right: true },
    ],
    noPaint,
  );
  expect(text).toBe('ROUTE       N\napi         5\ndefault  1200');
});

test.each([
  [0, '10 s ago'],
  [10_000 - 3_599_000, '1 h ago'],
  [10_000 + 7 * 86_400_000, 'in 7 d'],
  [null, 'never'],
])('%s is told as %s', (at, told) => {
  expect(ago(at, 10_000)).toBe(told);
});

test('completion for fish quotes what descriptions hold', () => {
  const leaf: CommandNode = {
    path: ['list'],
    description: "what's blocked",
    options: [{ name: '--json', description: 'x' }],
    choices: [],
    children: [],
  };
  const script = completionScript('fish', { path: [], description: '', options: [], choices: [], children: [leaf] });
  expect(script).toContain("-f -a list -d 'what\\'s blocked'");
  expect(script).toContain("-n '__fish_seen_subcommand_from list' -l json");
});
