import type { FeedRows } from '../feed-rows.ts';
import type { FeedParser } from './feed-parser.ts';
import { Lines } from './lines.ts';

/** First address, last address, length of the prefix, and more that is not wanted, apart by tabs (feeds.dshield.org/block.txt). */
export function dshieldParser(rows: FeedRows): FeedParser {
  return new Lines((line) => {
    // The row above the rows names the columns.
    if (line?.startsWith('#') === true || line?.startsWith('Start') === true) return;
    const [start, , bits] = line?.split('\t', 3) ?? [];
    if (start === undefined || bits === undefined) rows.spoil();
    else rows.take(`${start.trim()}/${bits.trim()}`);
  });
}
