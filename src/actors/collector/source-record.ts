import type { SourceChange, SourceHealth, SourceSettings, SourceState } from '../contracts.ts';
import { BUILT_IN_SOURCES, FIRST_HAND, type BuiltInSource } from './built-in-sources.ts';
import type { Shrinking } from './judge-copy.ts';

/** What is remembered of a source: one row, written once per fetch. */
export interface SourceRecord {
  /** Of a source that an operator added: all of it. Of a built-in one: null. */
  readonly custom: SourceSettings | null;
  /** Of a built-in source: what an operator changed. */
  readonly changes: SourceChange;
  readonly lastAttempt: number | null;
  readonly lastSuccess: number | null;
  /** Failures in a row. */
  readonly failures: number;
  /** In plain words, of the last attempt. */
  readonly problem: string | null;
  readonly suspect: boolean;
  readonly shrinking: Shrinking | null;
  /** Of the copy that stands. */
  readonly rows: number;
  readonly unreadable: number;
  readonly etag: string | null;
  readonly lastModified: string | null;
}

export const NEW_RECORD: SourceRecord = Object.freeze({
  custom: null,
  changes: {},
  lastAttempt: null,
  lastSuccess: null,
  failures: 0,
  problem: null,
  suspect: false,
  shrinking: null,
  rows: 0,
  unreadable: 0,
  etag: null,
  lastModified: null,
});

/** A source as it is now: its settings and what is remembered of it. */
export interface Source {
  readonly settings: SourceSettings;
  readonly builtIn: BuiltInSource | null;
  readonly record: SourceRecord;
}

/** All sources: the built-in ones in their order, then those that were added. */
export function listSources(records: ReadonlyMap<string, SourceRecord>): readonly Source[] {
  const builtIn = BUILT_IN_SOURCES.map((source) => {
    const { apartSeconds: _, ...settings } = source;
    const record = records.get(source.id) ?? NEW_RECORD;
    return { settings: { ...settings, ...record.changes }, builtIn: source, record };
  });
  const added = [...records.values()].flatMap((record) =>
    record.custom === null ? [] : [{ settings: record.custom, builtIn: null, record }],
  );
  return [...builtIn, ...added];
}

/** True for sources that are fetched. */
export function isFetched({ settings }: Source): boolean {
  return settings.enabled && settings.id !== FIRST_HAND.id;
}

export function healthOf({ settings, record }: Source): SourceHealth {
  if (!settings.enabled) return 'off';
  if (settings.id === FIRST_HAND.id) return 'ok';
  if (record.suspect) return 'suspect';
  if (record.failures > 0) return 'failing';
  return record.lastSuccess === null ? 'pending' : 'ok';
}

/** As it is shown. `nextAttempt`: Unix milliseconds; `rows`: of the shield's own evidence, which is kept elsewhere. */
export function describeSource(source: Source, nextAttempt: number | null, rows = source.record.rows): SourceState {
  const { settings, builtIn, record } = source;
  return {
    ...settings,
    builtIn: builtIn !== null,
    health: healthOf(source),
    rows,
    lastAttempt: record.lastAttempt,
    lastSuccess: record.lastSuccess,
    nextAttempt: settings.enabled ? nextAttempt : null,
    problem: settings.enabled ? record.problem : null,
    unreadable: record.unreadable,
  };
}

/** The record after a fetch that brought nothing that is believed. */
export function noteTrouble(
  record: SourceRecord,
  now: number,
  problem: string,
  suspect: Pick<SourceRecord, 'shrinking'> | null,
): SourceRecord {
  const shrinking = suspect === null ? record.shrinking : suspect.shrinking;
  return { ...record, lastAttempt: now, failures: record.failures + 1, problem, suspect: suspect !== null, shrinking };
}

/** The record after a fetch that went well; `copy` is null when nothing had changed. */
export function noteSuccess(
  record: SourceRecord,
  now: number,
  copy: Pick<SourceRecord, 'rows' | 'unreadable' | 'etag' | 'lastModified'> | null,
): SourceRecord {
  const well = { lastAttempt: now, lastSuccess: now, failures: 0, problem: null, suspect: false, shrinking: null };
  return { ...record, ...well, ...copy };
}
