import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** What is served at one address. */
export interface Feed {
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly etag: string;
  /** As an HTTP date, which has seconds. */
  readonly lastModified: string;
  gzipped: Uint8Array | null;
}

export function makeFeed(
  body: string | Uint8Array,
  contentType: string,
  modified: Date,
  headers: Readonly<Record<string, string>> = {},
): Feed {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return {
    body: bytes,
    contentType,
    headers,
    etag: `"${createHash('sha1').update(bytes).digest('hex')}"`,
    lastModified: modified.toUTCString(),
    gzipped: null,
  };
}

/** RFC 9110, section 13.2.2: with If-None-Match, If-Modified-Since is not looked at. */
export function isUnchanged(feed: Feed, ifNoneMatch: string | undefined, ifModifiedSince: string | undefined): boolean {
  if (ifNoneMatch !== undefined) {
    // A proxy that compresses makes a tag weak; If-None-Match compares weakly.
    return ifNoneMatch.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === feed.etag);
  }
  return ifModifiedSince !== undefined && Date.parse(ifModifiedSince) >= Date.parse(feed.lastModified);
}

export function gzipped(feed: Feed): Uint8Array {
  feed.gzipped ??= gzipSync(feed.body, { level: 1 });
  return feed.gzipped;
}
