import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { quantile } from '../../../scripts/traffic/quantile.ts';
import { BUILT_IN_SOURCES } from '../../../src/actors/collector/built-in-sources.ts';
import { RESERVED } from '../../../src/actors/collector/allow-set.ts';
import { EMPTY_TABLE, type IndicatorTable, mergeCopy } from '../../../src/actors/collector/indicator-table.ts';
import { type MergedThreats, mergeThreats, toThreatTable } from '../../../src/actors/collector/merge-threats.ts';
import { packTable, unpackTable } from '../../../src/actors/collector/pack-table.ts';
import { FeedReader } from '../../../src/actors/collector/read-feed.ts';
import type { ThreatTable } from '../../../src/actors/contracts.ts';
import { threadMs } from '../engine/cpu.ts';
import { feedSnapshots, readSnapshot } from '../../support/node/feeds/snapshots.ts';
import { round } from '../report.ts';

const ROUNDS = 5;
/** As the network delivers it. */
const CHUNK_BYTES = 64 * 1024;
const NOW = Date.UTC(2026, 7, 22, 12);
const HOUR = Math.floor(NOW / 3_600_000);

export interface CollectFigures {
  /** Rows of IPsum's snapshot. */
  readonly ipsumRows: number;
  /** Rows of all built-in threat sources that have a snapshot, and of the merge. */
  readonly rows: number;
  readonly threats: number;
  /** Milliseconds of CPU, median: reading IPsum's text; `split` and a `Set` over the same text, which is the least that anyone would write. */
  readonly parseMs: number;
  readonly naiveParseMs: number;
  readonly parseRatio: number;
  /** Merging all sources and carving the allow-list out of them. */
  readonly mergeMs: number;
  readonly packMs: number;
  readonly unpackMs: number;
  /** Everything that a refresh of all sources takes, once: read, merged into what stands, packed, merged over sources. */
  readonly refreshMs: number;
  /** Of the rows as they are stored, all sources; and how many rows of SQLite of at most 1 MB they take. */
  readonly packedBytes: number;
  readonly packedRows: number;
  /** By how much a refresh makes a process grow that has done nothing before, garbage and compiled code included. */
  readonly peakBytes: number;
}

export interface Snapshot {
  readonly source: (typeof BUILT_IN_SOURCES)[number];
  readonly bytes: Uint8Array;
}

/** What the collector's part costs on the snapshots; null where there are none. */
export function measureCollect(tell: (line: string) => void): { figures: CollectFigures; table: ThreatTable } | null {
  const snapshots = loadSnapshots();
  const ipsum = snapshots.find(({ source }) => source.id === 'ipsum');
  if (ipsum === undefined) return null;

  const parseMs = median(() => threadMs(() => void read(ipsum)));
  const text = new TextDecoder().decode(ipsum.bytes);
  const naiveParseMs = median(() => threadMs(() => void naive(text)));
  const tables = snapshots.map(tableOf);
  const packed = tables.map(packTable);
  const packMs = median(() => threadMs(() => tables.map(packTable)));
  const unpackMs = median(() => threadMs(() => packed.map(unpackTable)));
  const mergeMs = median(() => threadMs(() => void merge(snapshots, tables)));
  const refreshMs = median(() => threadMs(() => void refresh(snapshots)));
  const peakBytes = peakOfRefresh();
  const merged = merge(snapshots, tables);
  const figures: CollectFigures = {
    ipsumRows: read(ipsum).high.length,
    rows: tables.reduce((sum, table) => sum + table.high.length, 0),
    threats: merged.rows.high.length,
    parseMs: round(parseMs),
    naiveParseMs: round(naiveParseMs),
    parseRatio: round(parseMs / naiveParseMs),
    mergeMs: round(mergeMs),
    packMs: round(packMs),
    unpackMs: round(unpackMs),
    refreshMs: round(refreshMs),
    packedBytes: packed.reduce((sum, bytes) => sum + bytes.length, 0),
    packedRows: packed.reduce((sum, bytes) => sum + Math.ceil(bytes.length / 1_000_000), 0),
    peakBytes,
  };
  tell(`intel: ${figures.ipsumRows} rows of IPsum read in ${figures.parseMs} ms, all merged in ${figures.mergeMs} ms`);
  tell(`intel: a refresh of everything takes ${figures.refreshMs} ms of CPU and ${peakBytes} bytes`);
  return { figures, table: toThreatTable(merged) };
}

/** The built-in sources of threats and labels that have a snapshot; none without `../shared`. */
export function loadSnapshots(): readonly Snapshot[] {
  const folder = feedSnapshots();
  if (folder === null) return [];
  return BUILT_IN_SOURCES.flatMap((source): readonly Snapshot[] => {
    if (source.role === 'allow' || !URL.canParse(source.url)) return [];
    const { host, pathname } = new URL(source.url);
    const feed = readSnapshot(folder, host + pathname);
    return feed === null ? [] : [{ source, bytes: new TextEncoder().encode(feed.text) }];
  });
}

/** All that the collector computes when every source has a new copy. */
export function refresh(snapshots: readonly Snapshot[]): MergedThreats {
  const tables = snapshots.map(tableOf);
  for (const table of tables) packTable(table);
  return merge(snapshots, tables);
}

/** In a process of its own, since another's garbage would be counted: see there. */
function peakOfRefresh(): number {
  const script = join(import.meta.dirname, 'refresh-memory.ts');
  return Number(execFileSync(process.execPath, [script], { encoding: 'utf8' }));
}

function read({ source, bytes }: Snapshot) {
  const reader = new FeedReader(source, NOW);
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) reader.take(bytes.subarray(at, at + CHUNK_BYTES));
  return reader.finish('text/plain').copy;
}

function naive(text: string): number {
  const listed = new Set<string>();
  for (const line of text.split('\n')) {
    const [ip = ''] = line.split('\t');
    if (/^(?:\d{1,3}\.){3}\d{1,3}$/.test(ip)) listed.add(ip);
  }
  return listed.size;
}

function tableOf(snapshot: Snapshot): IndicatorTable {
  const lifetime = snapshot.source.lifetimeSeconds / 3600;
  return mergeCopy(EMPTY_TABLE, read(snapshot), { now: HOUR, heard: HOUR, lifetime });
}

function merge(snapshots: readonly Snapshot[], tables: readonly IndicatorTable[]): MergedThreats {
  const named = snapshots.map(({ source }, i) => ({
    id: source.id,
    role: source.role,
    family: source.family,
    weight: source.role === 'label' ? 0 : source.weight,
    table: tables[i] ?? EMPTY_TABLE,
    heardAt: NOW,
    intervalMs: source.intervalSeconds * 1000,
    lifetimeMs: source.lifetimeSeconds * 1000,
  }));
  return mergeThreats(named, RESERVED, NOW);
}

function median(sample: () => number): number {
  return quantile(
    Array.from({ length: ROUNDS }, sample).sort((a, b) => a - b),
    0.5,
  );
}
