import { describe, expect, test } from 'vitest';
import type { NumberedEvent } from '../../../src/actors/contracts.ts';
import { completionScript, type CommandNode } from '../../../src/cli/format/completion.ts';
import { eventLine } from '../../../src/cli/format/event-line.ts';
import { noPaint, paintOn } from '../../../src/cli/format/paint.ts';
import { plain, plainJson } from '../../../src/cli/format/plain.ts';
import { facts, table, type Column } from '../../../src/cli/format/table.ts';
import { ago } from '../../../src/cli/format/when.ts';
import { wrap } from '../../../src/cli/format/wrap.ts';
import { describeEvent, mark } from '../../../src/cli/format/why-event.ts';

const marks = paintOn(Number.POSITIVE_INFINITY, (style, text) => `<${style}>${text}</>`);

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
    options: [{ name: '--json', description: 'x', takesValue: false, values: [] }],
    choices: [],
    takes: 'nothing',
    children: [],
  };
  const script = completionScript('fish', {
    path: [],
    description: '',
    options: [],
    choices: [],
    takes: 'nothing',
    children: [leaf],
  });
  expect(script).toContain("-a list -d 'what\\'s blocked'");
  expect(script).toContain('-n \'test (__edgeshield_at) = "list"\' -l json');
});

const on = (width: number) => paintOn(width, (_, text) => text);
const longest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

describe('on a page of a known width', () => {
  const wide: NumberedEvent = {
    ...event,
    request: { ...event.request!, path: `/search?q=${'x'.repeat(300)}` },
    reason: `${event.client?.ip} is on the blocklist: ${'because '.repeat(30)}`,
  };

  test.each([60, 80, 100, 120, 200])('an event stays within %d columns, with its id and its address', (width) => {
    for (const shown of [wide, { ...wide, rules: [] }]) {
      const line = eventLine(shown, on(width));
      expect(longest(line)).toBeLessThanOrEqual(width);
      expect(line.split('\n')).toHaveLength(width < 100 ? 2 : 1);
      expect(line).toContain('5f0c2d1e');
      expect(line).toContain('203.0.113.7');
    }
  });

  test('an event without a request, as a notice, stays within it too', () => {
    const { request: _, client: __, rules: ___, ...notice } = wide;
    for (const width of [60, 120]) expect(longest(eventLine(notice, on(width)))).toBeLessThanOrEqual(width);
  });

  const columns: readonly Column<string>[] = [
    { title: 'RANGE', cell: () => '2001:db8:1234:5678::/64' },
    { title: 'SINCE', cell: () => '18 min ago', narrow: 'goes' },
    { title: 'BY', cell: () => 'reputation', narrow: 'goes' },
    { title: 'REASON', cell: (reason) => reason, narrow: 'gives' },
  ];
  const rows = ['guesses passwords all night long', 'short'];

  test('a table cuts what gives and leaves out what goes, the last first, and on a wide one nothing', () => {
    expect(table(rows, columns, noPaint)).toContain('18 min ago  reputation  guesses passwords all night long');
    const cut = table(rows, columns, on(70));
    expect(cut).toContain('18 min ago  reputation  guesses passwords al…');
    const gone = table(rows, columns, on(60));
    expect(gone).toContain('18 min ago  guesses passwords all …');
    expect(gone).not.toContain('BY');
    for (const [text, width] of [
      [cut, 70],
      [gone, 60],
    ] as const)
      expect(longest(text)).toBeLessThanOrEqual(width);
  });

  test('facts go on under their beginning, and a word that is longer than the line stays whole', () => {
    const hash = 'f'.repeat(64);
    const text = facts(
      [
        ['why', 'one two three four five six seven eight nine ten'],
        ['hash', hash],
      ],
      on(40),
    );
    expect(text).toBe(`  why   one two three four five six\n        seven eight nine ten\n  hash  ${hash}`);
    expect(wrap('\u001B[31mred\u001B[39m words that are seen', 25)).toHaveLength(1);
  });
});
