import type { Parsed } from '../../parse.ts';
import type { SourceChange } from '../contracts.ts';
import type { Database } from '../database.ts';
import { FIRST_HAND } from './built-in-sources.ts';
import { EMPTY_TABLE, type IndicatorTable } from './indicator-table.ts';
import { listSources, NEW_RECORD, type Source, type SourceRecord } from './source-record.ts';
import { changeSettings, parseSource, SOURCE_LIMIT } from './source-settings.ts';
import { SourceStore } from './source-store.ts';

/** A source as an operator's change left it, and whether what it lists is now another list. */
export interface ChangedSource {
  readonly source: Source;
  readonly moved: boolean;
}

/** The sources with what is remembered of them, and the copies that stand, unpacked when first asked for. */
export class Catalogue {
  readonly #store: SourceStore;
  readonly #records: Map<string, SourceRecord>;
  readonly #tables = new Map<string, IndicatorTable>();

  constructor(db: Database) {
    this.#store = new SourceStore(db);
    this.#records = this.#store.records();
  }

  list(): readonly Source[] {
    return listSources(this.#records);
  }

  find(id: string): Source | undefined {
    return this.list().find(({ settings }) => settings.id === id);
  }

  /** The copy that stands; empty when there is none. */
  table(id: string): IndicatorTable {
    let table = this.#tables.get(id);
    if (table === undefined) {
      table = this.#store.copy(id) ?? EMPTY_TABLE;
      this.#tables.set(id, table);
    }
    return table;
  }

  note(id: string, record: SourceRecord): void {
    this.#store.put(id, record);
    this.#records.set(id, record);
  }

  takeCopy(id: string, record: SourceRecord, table: IndicatorTable): void {
    this.#store.putCopy(id, record, table);
    this.#records.set(id, record);
    this.#tables.set(id, table);
  }

  add(data: unknown, allowHttp: boolean): Parsed<Source> {
    const parsed = parseSource(data, allowHttp);
    if (!parsed.ok) return parsed;
    const { id } = parsed.value;
    const sources = this.list();
    if (sources.some(({ settings }) => settings.id === id)) return refuse('id', 'there is a source with this id');
    if (sources.length >= SOURCE_LIMIT) return refuse('', `there are ${SOURCE_LIMIT} sources, and no more are taken`);
    this.note(id, { ...NEW_RECORD, custom: parsed.value });
    return this.#answer(id);
  }

  /** Null when there is no such source. */
  change(id: string, change: SourceChange, allowHttp: boolean): Parsed<ChangedSource> | null {
    const standing = this.find(id);
    if (standing === undefined) return null;
    const { settings, record, builtIn } = standing;
    if (id === FIRST_HAND.id && Object.keys(change).some((key) => !FIRST_HAND_CHANGES.has(key))) {
      return refuse('', `of the shield's own evidence only ${[...FIRST_HAND_CHANGES].join(', ')} may be changed`);
    }
    const parsed = changeSettings(settings, change, allowHttp);
    if (!parsed.ok) return parsed;
    const apart = builtIn?.apartSeconds ?? 0;
    if (parsed.value.intervalSeconds < apart) {
      return refuse('intervalSeconds', `the publisher's terms want at least ${apart} s between two fetches`);
    }
    const { url, format, column } = parsed.value;
    const moved = url !== settings.url || format !== settings.format || column !== settings.column;
    // The tags belong to the list that was; nor can the new one be held against it.
    const afresh = moved ? { etag: null, lastModified: null, rows: 0, shrinking: null } : {};
    const changed = builtIn === null ? { custom: parsed.value } : { changes: { ...record.changes, ...change } };
    this.note(id, { ...record, ...afresh, ...changed });
    const answer = this.#answer(id);
    return answer.ok ? { ok: true, value: { source: answer.value, moved } } : answer;
  }

  remove(id: string): void {
    this.#store.remove(id);
    this.#records.delete(id);
    this.#tables.delete(id);
  }

  #answer(id: string): Parsed<Source> {
    const source = this.find(id);
    return source === undefined ? refuse('id', 'there is no such source') : { ok: true, value: source };
  }
}

const FIRST_HAND_CHANGES: ReadonlySet<string> = new Set(['name', 'weight', 'lifetimeSeconds', 'enabled']);

function refuse(
  path: string,
  message: string,
): { readonly ok: false; readonly problems: readonly { path: string; message: string }[] } {
  return { ok: false, problems: [{ path, message }] };
}
