import type { SourceSettings } from '../contracts.ts';
import { type FeedCopy, FeedRows } from './feed-rows.ts';
import type { ReceivedCopy } from './judge-copy.ts';
import type { FeedParser } from './parsers/feed-parser.ts';
import { makeParser } from './parsers/make-parser.ts';

/** A feed's text, read. */
export interface ReadFeed {
  readonly copy: FeedCopy;
  readonly received: ReceivedCopy;
}

/** What became of a fetch. `etag` and `lastModified` are sent back the next time. */
export type Fetched =
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'copy';
      readonly feed: ReadFeed;
      readonly etag: string | null;
      readonly lastModified: string | null;
    }
  | { readonly kind: 'failed'; readonly problem: string };

const BEGINNING = 256;

/** Reads a feed while it arrives: bytes in, rows out, never the whole text. Bytes that are no UTF-8 become signs that no format has. */
export class FeedReader {
  readonly #rows: FeedRows;
  readonly #parser: FeedParser;
  // A byte order mark is dropped.
  readonly #decoder = new TextDecoder('utf-8');
  #beginning = '';

  /** `now`: Unix milliseconds. */
  constructor(settings: Pick<SourceSettings, 'format' | 'column' | 'role'>, now: number) {
    this.#rows = new FeedRows(settings.role);
    this.#parser = makeParser(settings, this.#rows, now);
  }

  take(bytes: Uint8Array): void {
    this.#read(this.#decoder.decode(bytes, { stream: true }));
  }

  finish(contentType: string | null): ReadFeed {
    this.#read(this.#decoder.decode());
    const whole = this.#parser.end();
    const copy = this.#rows.finish();
    const { unreadable, overflow } = this.#rows;
    const beginning = this.#beginning;
    return { copy, received: { contentType, beginning, rows: copy.high.length, unreadable, overflow, whole } };
  }

  #read(text: string): void {
    if (this.#beginning.length < BEGINNING) this.#beginning = (this.#beginning + text).slice(0, BEGINNING);
    this.#parser.take(text);
  }
}
