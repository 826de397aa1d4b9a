import type { Threat, ThreatPage } from '../../actors/contracts.ts';
import { stixBundle } from './stix-bundle.ts';

export const THREAT_FORMATS = ['json', 'csv', 'txt', 'stix'] as const;
export type ThreatFormat = (typeof THREAT_FORMATS)[number];

/** In the order of `THREAT_FORMATS`. STIX 2.1, section 5.1 names the last; its version is a parameter. */
export const THREAT_TYPES = ['application/json', 'text/csv', 'text/plain', 'application/stix+json'] as const;

export const CONTENT_TYPES: Readonly<Record<Exclude<ThreatFormat, 'json'>, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  txt: 'text/plain; charset=utf-8',
  stix: 'application/stix+json;version=2.1',
};

/** A page of threats as other tools take it. */
export function writeThreats(page: ThreatPage, format: Exclude<ThreatFormat, 'json'>): string {
  if (format === 'stix') return JSON.stringify(stixBundle(page));
  if (format === 'txt') return page.threats.map(({ range }) => `${range}\n`).join('');
  return [CSV_HEAD, ...page.threats.map(csvRow)].map((row) => `${row}\r\n`).join('');
}

const CSV_HEAD = 'range,score,sources,first_seen';

/** RFC 4180. Nothing in a row needs quotes: ranges, numbers, ids of letters and dashes, a time. */
function csvRow({ range, score, sources, firstSeen }: Threat): string {
  const since = firstSeen === undefined ? '' : new Date(firstSeen).toISOString();
  return [range, score.toFixed(4), sources.join(' '), since].join(',');
}
