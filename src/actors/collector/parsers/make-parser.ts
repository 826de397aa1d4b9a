import type { SourceSettings } from '../../contracts.ts';
import type { FeedRows } from '../feed-rows.ts';
import { csvParser } from './csv.ts';
import { dshieldParser } from './dshield.ts';
import type { FeedParser } from './feed-parser.ts';
import { ipsumParser } from './ipsum.ts';
import { ndjsonParser } from './ndjson.ts';
import { plainParser } from './plain.ts';
import { prefixesParser } from './prefixes.ts';
import { stixParser } from './stix.ts';

/** The parser of a source's format, which fills `rows`. `now`: Unix milliseconds. */
export function makeParser(
  { format, column }: Pick<SourceSettings, 'format' | 'column'>,
  rows: FeedRows,
  now: number,
): FeedParser {
  switch (format) {
    case 'plain':
      return plainParser(rows);
    case 'ipsum':
      return ipsumParser(rows);
    case 'ndjson':
      return ndjsonParser(rows, column);
    case 'dshield':
      return dshieldParser(rows);
    case 'csv':
      return csvParser(rows, column ?? '1');
    case 'stix':
      return stixParser(rows, now);
    case 'prefixes':
      return prefixesParser(rows);
  }
}
