import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BUILT_IN_SOURCES } from '../../../src/actors/collector/built-in-sources.ts';
import { feedAgent, VERSION } from '../../../src/actors/collector/feed-agent.ts';
import { stateOf } from '../../../src/actors/collector/intelligence-state.ts';
import { changeSettings, parseSource, SOURCE_LIMIT } from '../../../src/actors/collector/source-settings.ts';
import { listSources, NEW_RECORD } from '../../../src/actors/collector/source-record.ts';

describe('the built-in sources', () => {
  test('pass the door that custom ones pass, but for the one that is not fetched', () => {
    for (const { apartSeconds: _, ...source } of BUILT_IN_SOURCES.filter(({ id }) => id !== 'shield'))
      expect(parseSource(source, false)).toEqual({ ok: true, value: source });
    const ids = BUILT_IN_SOURCES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeLessThan(SOURCE_LIMIT);
  });

  test('lists with unclear or non-commercial terms are off until an operator wants them', () => {
    for (const { licence, enabled } of BUILT_IN_SOURCES) if (/unclear|NC/.test(licence)) expect(enabled).toBe(false);
  });

  test('a DROP network alone reaches the block threshold', () => {
    for (const { id, weight } of BUILT_IN_SOURCES)
      if (id.startsWith('spamhaus')) expect(weight).toBeGreaterThanOrEqual(0.8);
  });
});

describe('a custom source', () => {
  const good = {
    id: 'mine',
    name: 'Mine',
    url: 'https://example.org/list',
    format: 'plain',
    role: 'threat',
    family: 'mine',
    weight: 0.5,
    intervalSeconds: 3600,
    lifetimeSeconds: 86_400,
    licence: 'ours',
    enabled: true,
    emptyOk: false,
  };
  test.each([
    ['id', 'Not An Id'],
    ['id', '-x'],
    ['url', 'https://localhost/x'],
    ['url', 'http://example.org/x'],
    ['format', 'xml'],
    ['role', 'boss'],
    ['weight', 1.1],
    ['weight', Number.NaN],
    ['intervalSeconds', 60],
    ['lifetimeSeconds', 1],
    ['licence', ''],
    ['extra', 1],
  ])('with %s = %j is refused', (key, value) => {
    const parsed = parseSource({ ...good, [key]: value }, false);
    expect(parsed).toMatchObject({ ok: false, problems: [{ path: key }] });
  });

  test('of CSV names its column', () => {
    expect(parseSource({ ...good, format: 'csv' }, false).ok).toBe(false);
    expect(parseSource({ ...good, format: 'csv', column: 'ip' }, false).ok).toBe(true);
  });

  test('keeps id and role whatever is changed', () => {
    const parsed = parseSource(good, false);
    if (!parsed.ok) throw new Error('refused');
    expect(changeSettings(parsed.value, { weight: 0.7 }, false)).toMatchObject({
      ok: true,
      value: { weight: 0.7, id: 'mine' },
    });
    const sly = { role: 'allow' } as object;
    expect(changeSettings(parsed.value, sly, false).ok).toBe(false);
  });
});

describe('the state', () => {
  const NOW = 10 * 86_400_000;
  const state = (records: Record<string, object>) =>
    stateOf(
      listSources(new Map(Object.entries(records).map(([id, record]) => [id, { ...NEW_RECORD, ...record }]))),
      NOW,
    );

  test('is down without any copy, ok with one, degraded when one is not well or all are old', () => {
    expect(state({})).toBe('down');
    expect(state({ ipsum: { lastSuccess: NOW } })).toBe('ok');
    expect(state({ ipsum: { lastSuccess: NOW }, 'emerging-threats': { failures: 1 } })).toBe('degraded');
    expect(state({ ipsum: { lastSuccess: NOW }, 'emerging-threats': { failures: 1, suspect: true } })).toBe('degraded');
    expect(state({ ipsum: { lastSuccess: NOW }, googlebot: { failures: 1 } })).toBe('ok');
    expect(state({ ipsum: { lastSuccess: 0 } })).toBe('degraded');
    expect(state({ 'tor-exits': { lastSuccess: NOW } })).toBe('down');
  });
});

test('the collector says who it is, and lets nothing into the header that could end it', () => {
  const file = join(import.meta.dirname, '../../../package.json');
  expect(VERSION).toBe(JSON.parse(readFileSync(file, 'utf8')).version);
  expect(feedAgent('ops@example.org')).toBe(`EdgeShield/${VERSION} (+ops@example.org)`);
  for (const contact of [undefined, '', 'a\r\nX: y', 'ä@b', 'x'.repeat(300)])
    expect(feedAgent(contact)).not.toContain('+');
});
