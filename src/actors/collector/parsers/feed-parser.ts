/** Reads a feed's text as it comes in, in pieces of any length, into `FeedRows`. */
export interface FeedParser {
  take(text: string): void;
  /** The text is over. False: it broke off in the middle of something. */
  end(): boolean;
}
