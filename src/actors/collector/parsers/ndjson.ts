import type { FeedRows } from '../feed-rows.ts';
import type { FeedParser } from './feed-parser.ts';
import { Lines } from './lines.ts';

/**
 * A JSON object a line, the range under `cidr` (Spamhaus DROP) or `ip`, or under the key that the source names. A line of type
 * `metadata` tells of the list itself.
 */
export function ndjsonParser(rows: FeedRows, key?: string): FeedParser {
  return new Lines((line) => {
    const object = line === null ? null : readObject(line);
    if (object === null) {
      rows.spoil();
      return;
    }
    const range = key === undefined ? (object.cidr ?? object.ip) : object[key];
    if (typeof range === 'string') rows.take(range);
    else if (object.type !== 'metadata') rows.spoil();
  });
}

function readObject(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
