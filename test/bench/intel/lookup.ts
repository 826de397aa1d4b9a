import { existsSync, readFileSync } from 'node:fs';
import { quantile } from '../../../scripts/traffic/quantile.ts';
import { readAddress, readIpv4, writeIpv4, type Address } from '../../../src/edge/reputation/client-key.ts';
import { DEFAULT_RESPONSE, respond, TIERS } from '../../../src/edge/reputation/graduated-response.ts';
import { findThreat, type ThreatIndex } from '../../../src/edge/reputation/threat-index.ts';
import {
  NO_THREATS,
  parseThreats,
  type ThreatReleaseInput,
  writeThreats,
} from '../../../src/edge/reputation/threat-release.ts';
import { round } from '../report.ts';

const IPSUM = '../shared/feeds/ipsum.txt';
/** The promise is about so many. */
const SIZE = 100_000;
const LOOKUPS = 1_000_000;
const ROUNDS = 7;

export interface LookupFigures {
  /** Of the snapshot, or as many made-up ones where it is absent. */
  readonly addresses: number;
  readonly source: 'ipsum' | 'made up';
  /** Nanoseconds of one look-up, the loop around it taken off; median of the rounds. */
  readonly missNs: number;
  readonly hitNs: number;
  /** The same look-ups in a `Set` of address texts, which needs ten times the memory: a time of its own says little on a shared machine. */
  readonly setMissNs: number;
  readonly setHitNs: number;
  /** Index over set. */
  readonly missRatio: number;
  readonly hitRatio: number;
  /** Of 100,000 addresses: bytes of the release, and of the tables that an isolate keeps. */
  readonly wireBytes: number;
  readonly memoryBytes: number;
  /** Milliseconds from the release's text to the index, JSON included. */
  readonly parseMs: number;
}

/** What it costs to hold a request against 100,000 threats. */
export function measureLookup(tell: (line: string) => void): LookupFigures {
  const listed = readSnapshot() ?? makeUp();
  const input = releaseOf(listed.rows.slice(0, SIZE));
  const text = writeThreats(input);
  const index = parse(text);
  const parseMs = median(() => {
    const start = performance.now();
    parse(text);
    return performance.now() - start;
  });
  const hits = addresses(4096, (i) => listed.rows[(i * 7919) % SIZE]?.address ?? 0);
  // One step past a listed address is seldom listed: the search has to go all the way.
  const known = new Set(input.high);
  const misses = addresses(4096, (i) => unlisted((listed.rows[(i * 7919) % SIZE]?.address ?? 0) + 1, known));
  const texts = new Set(listed.rows.slice(0, SIZE).map(({ address }) => writeIpv4(address)));
  const inIndex = (address: Address) => (findThreat(index, address) >= 0 ? 1 : 0);
  const inSet = (address: Address) => (texts.has(address.key) ? 1 : 0);
  const [missNs, setMissNs] = [perLookup(misses, inIndex, 0), perLookup(misses, inSet, 0)];
  const [hitNs, setHitNs] = [perLookup(hits, inIndex, 1), perLookup(hits, inSet, 1)];
  const { singles, ranges } = index;
  const stretches = [ranges[4], ranges[6]].flatMap(({ high, low, code }) => [high, low, code]);
  const memoryBytes = [...Object.values(singles), ...stretches].reduce((sum, table) => sum + table.byteLength, 0);
  const figures = {
    addresses: SIZE,
    source: listed.source,
    missNs: round(missNs),
    hitNs: round(hitNs),
    setMissNs: round(setMissNs),
    setHitNs: round(setHitNs),
    missRatio: round(missNs / setMissNs),
    hitRatio: round(hitNs / setHitNs),
    wireBytes: text.length,
    memoryBytes,
    parseMs: round(parseMs),
  };
  tell(`intel: look-up ${figures.missNs} ns (miss), ${figures.hitNs} ns (hit) in ${SIZE} addresses`);
  tell(
    `intel: ${SIZE} addresses are ${text.length} bytes on the wire, ${memoryBytes} in memory, read in ${figures.parseMs} ms`,
  );
  return figures;
}

interface Row {
  readonly address: number;
  /** 0 to 1. */
  readonly score: number;
}

function readSnapshot(): { readonly source: 'ipsum'; readonly rows: readonly Row[] } | null {
  if (!existsSync(IPSUM)) return null;
  const rows: Row[] = [];
  for (const line of readFileSync(IPSUM, 'utf8').split('\n')) {
    const [ip = '', lists = ''] = line.split('\t');
    const address = readIpv4(ip);
    if (address >= 0) rows.push({ address, score: 1 - 0.7 ** Number(lists) });
  }
  return rows.length < SIZE ? null : { source: 'ipsum', rows };
}

function makeUp(): { readonly source: 'made up'; readonly rows: readonly Row[] } {
  const seen = new Map<number, Row>();
  // A linear congruential walk over all addresses (Numerical Recipes).
  for (let state = 1; seen.size < SIZE;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    seen.set(state, { address: state, score: (state & 1023) / 1023 });
  }
  return { source: 'made up', rows: [...seen.values()] };
}

function releaseOf(rows: readonly Row[]): ThreatReleaseInput {
  const sorted = rows.toSorted((a, b) => a.address - b.address);
  const tierOf = ({ score }: Row) => TIERS.indexOf(respond(score, {}, DEFAULT_RESPONSE));
  return {
    ...NO_THREATS,
    ipv4: sorted.length,
    high: Uint32Array.from(sorted, ({ address }) => address),
    low: new Uint32Array(sorted.length),
    prefix: new Uint8Array(sorted.length).fill(32),
    score: Uint8Array.from(sorted, ({ score }) => Math.floor(score * 255)),
    tier: Uint8Array.from(sorted, tierOf),
  };
}

function parse(text: string): ThreatIndex {
  const parsed = parseThreats(JSON.parse(text));
  if (!parsed.ok) throw new Error(`the release cannot be read: ${JSON.stringify(parsed.problems)}`);
  return parsed.value;
}

function addresses(count: number, pick: (i: number) => number): readonly Address[] {
  return Array.from({ length: count }, (_, i) => readAddress(writeIpv4(pick(i))));
}

function unlisted(from: number, known: ReadonlySet<number>): number {
  let address = from >>> 0;
  while (known.has(address)) address = (address + 1) >>> 0;
  return address;
}

/** Nanoseconds. `expected`: what each look-up must answer, so that none is optimised away and each is right. */
function perLookup(asked: readonly Address[], find: (address: Address) => number, expected: 0 | 1): number {
  const loop = (look: (address: Address) => number) => {
    let found = 0;
    const start = performance.now();
    for (let i = 0; i < LOOKUPS; i += 1) {
      const address = asked[i & 4095];
      if (address === undefined) throw new Error('unreachable: there are 4,096');
      found += look(address);
    }
    const ms = performance.now() - start;
    return { ms, found };
  };
  return median(() => {
    const { ms, found } = loop(find);
    if (found !== expected * LOOKUPS) throw new Error(`${found} of ${LOOKUPS} look-ups found something`);
    const empty = loop((address) => address.family & 1).ms;
    return (Math.max(0, ms - empty) / LOOKUPS) * 1e6;
  });
}

function median(sample: () => number): number {
  sample();
  return quantile(
    Array.from({ length: ROUNDS }, () => sample()),
    0.5,
  );
}
