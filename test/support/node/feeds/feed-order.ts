/** What can be asked of a feed server over HTTP, as JSON in a POST to `/__control`. Here alone, so that tests in workerd may import it. */
export interface FeedOrder {
  /** `host/path`. */
  readonly address: string;
  readonly set?: { readonly body: string; readonly contentType?: string };
  /** A `FeedFault`, or null to take it away. */
  readonly fault?: { readonly kind: string; readonly [detail: string]: string | number } | null;
  readonly times?: number;
}

/** What is answered: the requests for the address so far. */
export type SeenRequests = readonly {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}[];
