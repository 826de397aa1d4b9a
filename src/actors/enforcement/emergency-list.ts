import { parseRange } from '../../edge/reputation/range.ts';
import type { AllowEntry, ThreatTable } from '../contracts.ts';
import { overlapsAny } from './overlap.ts';

/**
 * What is blocked when there is no intelligence at all, nor any left from before: networks that Spamhaus DROP
 * (www.spamhaus.org/drop, with thanks to the Spamhaus Project), the Emerging Threats block list and FireHOL level 1 all
 * held in August 2026, with at least two addresses inside that three or more of IPsum's lists named. None is wider than a
 * /22: the list grows old with the release, and networks change hands.
 */
const EMERGENCY_RANGES: readonly string[] = [
  '2.57.122.0/24',
  '36.255.97.0/24',
  '45.135.193.0/24',
  '45.142.193.0/24',
  '45.148.10.0/24',
  '45.153.34.0/24',
  '45.156.87.0/24',
  '46.151.182.0/24',
  '62.60.130.0/23',
  '64.89.160.0/22',
  '77.90.185.0/24',
  '80.94.92.0/22',
  '85.11.167.0/24',
  '91.92.40.0/24',
  '91.92.240.0/22',
  '91.224.92.0/24',
  '92.118.39.0/24',
  '93.123.109.0/24',
  '94.26.106.0/24',
  '94.154.43.0/24',
  '102.220.160.0/22',
  '103.229.124.0/22',
  '104.152.52.0/24',
  '130.12.180.0/22',
  '141.98.8.0/22',
  '158.94.208.0/22',
  '172.94.9.0/24',
  '176.65.148.0/22',
  '178.16.52.0/22',
  '185.93.89.0/24',
  '185.169.4.0/24',
  '192.253.248.0/24',
  '193.32.162.0/24',
  '193.46.255.0/24',
  '195.178.110.0/24',
  '196.251.121.0/24',
  '204.76.203.0/24',
  '213.176.24.0/22',
  '213.177.179.0/24',
  '213.209.159.0/24',
];

const SOURCE = 'emergency-list';
/** 0.9 in 255ths: over the threshold of a block, under what live sources that agree come to. */
const SCORE = 229;
/** August 2026, when the list was drawn up: it never changes while a version runs, so neither do table and etag. */
const DRAWN_UP = Date.UTC(2026, 7, 22);

/** The emergency list as the collector would tell it. `allow` is what is known of the allow-list: a network that touches it is left out. */
export function emergencyTable(allow: readonly AllowEntry[]): ThreatTable {
  const ranges = EMERGENCY_RANGES.map((text) => {
    const parsed = parseRange(text);
    if (!parsed.ok) throw new Error(`no range: ${text}`);
    return parsed.range;
  }).filter((range) => !overlapsAny(range, allow));
  return {
    etag: `${SOURCE}-${ranges.length}`,
    at: DRAWN_UP,
    ipv4: ranges.length,
    high: Uint32Array.from(ranges, (range) => range.high),
    low: new Uint32Array(ranges.length),
    prefix: Uint8Array.from(ranges, (range) => range.prefix),
    score: new Uint8Array(ranges.length).fill(SCORE),
    sourceBits: new Uint32Array(ranges.length).fill(1),
    sources: [SOURCE],
    allow,
  };
}
