import type { FeedRows } from '../feed-rows.ts';
import type { FeedParser } from './feed-parser.ts';
import { JsonElements } from './json-elements.ts';

/** `{"prefixes": [{"ipv4Prefix": "..."}, {"ipv6Prefix": "..."}]}`: the form in which Google began to publish its crawlers' ranges, and others followed. */
export function prefixesParser(rows: FeedRows): FeedParser {
  return new JsonElements((element) => {
    const range = element?.ipv4Prefix ?? element?.ipv6Prefix;
    if (typeof range === 'string') rows.take(range);
    else rows.spoil();
  });
}
