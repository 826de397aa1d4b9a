import type { Category, Severity } from '../schema.ts';
import type { Paranoia } from './draft.ts';

/** CRS's tags, the more telling first: a rule may carry several. */
const TAGGED: readonly (readonly [RegExp, Category])[] = [
  [/^OWASP_CRS\/WEB-SHELLS$/i, 'webshell'],
  [/^attack-sqli/i, 'sqli'],
  [/^attack-xss/i, 'xss'],
  [/^attack-lfi/i, 'traversal'],
  [/^attack-rfi/i, 'rfi'],
  [/^attack-ssrf/i, 'ssrf'],
  // Code for an interpreter ends in the same place as a command.
  [/^attack-(?:rce|injection-|ssti)/i, 'cmdi'],
  [/^attack-reputation-/i, 'scanner'],
  [/^attack-(?:protocol|generic|multipart-header|deprecated-header|dos)/i, 'protocol'],
];

export function categoryOf(tags: readonly string[]): Category {
  return TAGGED.find(([pattern]) => tags.some((tag) => pattern.test(tag)))?.[1] ?? 'other';
}

/** Syslog's eight levels, by name or number, as the four that rules here have. */
const SEVERITY: ReadonlyMap<string, Severity> = new Map(
  Object.entries({
    emergency: 'critical',
    alert: 'critical',
    critical: 'critical',
    error: 'error',
    warning: 'warning',
    notice: 'notice',
    info: 'notice',
    debug: 'notice',
    0: 'critical',
    1: 'critical',
    2: 'critical',
    3: 'error',
    4: 'warning',
    5: 'notice',
    6: 'notice',
    7: 'notice',
  }),
);

export function severityOf(written: string | null): Severity {
  return SEVERITY.get(written?.toLowerCase() ?? '') ?? 'notice';
}

export function paranoiaOf(tags: readonly string[]): Paranoia {
  const level = Number(
    tags.map((tag) => /^paranoia-level\/([1-4])$/.exec(tag)?.[1]).find((found) => found !== undefined),
  );
  return level === 2 || level === 3 || level === 4 ? level : 1;
}
