import type { FeedRows } from '../feed-rows.ts';
import type { FeedParser } from './feed-parser.ts';
import { Lines } from './lines.ts';

/** IPsum compiles about 30 lists. */
const COUNT_LIMIT = 64;

/**
 * `address TAB number of lists that name it`, `#` comments (github.com/stamparm/ipsum). Each list by itself is wrong three times in
 * ten, so n of them leave a confidence of 1 - 0.7^n: 0.3 for one, 0.92 for seven.
 */
export function ipsumParser(rows: FeedRows): FeedParser {
  return new Lines((line) => {
    if (line?.startsWith('#') === true) return;
    const tab = line?.indexOf('\t') ?? -1;
    const count = line === null || tab < 0 ? 0 : Number(line.slice(tab + 1));
    if (line !== null && Number.isInteger(count) && count >= 1)
      rows.take(line.slice(0, tab), CONFIDENCE[Math.min(count, COUNT_LIMIT)]);
    else rows.spoil();
  });
}

const CONFIDENCE = Array.from({ length: COUNT_LIMIT + 1 }, (_, lists) => 1 - 0.7 ** lists);
