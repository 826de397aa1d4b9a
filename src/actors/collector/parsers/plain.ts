import type { FeedRows } from '../feed-rows.ts';
import type { FeedParser } from './feed-parser.ts';
import { Lines } from './lines.ts';

const SPACE = /\s/;

/** An address or a CIDR range a line; `#` and `;` begin comments, behind a range too. */
export function plainParser(rows: FeedRows): FeedParser {
  return new Lines((line) => {
    if (line === null) {
      rows.spoil();
      return;
    }
    const first = line.charCodeAt(0);
    if (first === HASH || first === SEMICOLON) return;
    rows.take(withoutComment(line));
  });
}

const HASH = 35;
const SEMICOLON = 59;

/** Text behind a range without a comment sign in front is not of the format, and stays in the way. */
function withoutComment(line: string): string {
  const at = line.search(/[#;]/);
  const text = at < 0 ? line : line.slice(0, at).trimEnd();
  return SPACE.test(text) ? '' : text;
}
