import type { SourceSettings } from '../contracts.ts';
import { mirrored, refuseFeedUrl } from './feed-url.ts';
import { FeedReader, type Fetched } from './read-feed.ts';

/** IPsum has 2 MB; what has more than this is no list of addresses, or not one that fits. Counted after decompression. */
export const BYTE_LIMIT = 16 * 1024 * 1024;
/** For the whole of it, redirects and text. The slowest of the built-in feeds takes 3 s. */
export const TIMEOUT_MS = 20_000;
const REDIRECT_LIMIT = 3;

export interface FetchOptions {
  readonly userAgent: string;
  readonly allowHttp: boolean;
  readonly mirror: string | undefined;
  /** Of the copy that stands; null: fetch it all. */
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** Unix milliseconds. */
  readonly now: number;
  readonly timeoutMs?: number;
}

/**
 * Fetches a feed and reads it while it arrives. Never throws: what goes wrong out there is expected. Redirects are followed by hand,
 * since each of them is a URL that somebody else chose.
 */
export async function fetchFeed(settings: SourceSettings, options: FetchOptions): Promise<Fetched> {
  // Not AbortSignal.timeout: that one cannot be taken back, and an object with a timer stays in memory.
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), options.timeoutMs ?? TIMEOUT_MS);
  try {
    return await follow(settings, options, abort.signal);
  } catch (error) {
    return { kind: 'failed', problem: abort.signal.aborted ? 'it took too long' : describeError(error) };
  } finally {
    clearTimeout(timer);
  }
}

async function follow(settings: SourceSettings, options: FetchOptions, signal: AbortSignal): Promise<Fetched> {
  let url = settings.url;
  for (let hops = 0; hops <= REDIRECT_LIMIT; hops += 1) {
    const refusal = refuseFeedUrl(url, options.allowHttp);
    if (refusal !== null)
      return { kind: 'failed', problem: hops === 0 ? `the URL ${refusal}` : `redirected to a URL that ${refusal}` };
    const response = await fetch(mirrored(new URL(url), options.mirror), {
      headers: requestHeaders(options),
      redirect: 'manual',
      signal,
    });
    const location = response.status >= 300 && response.status < 400 ? response.headers.get('Location') : null;
    if (location === null) return read(response, settings, options);
    await response.body?.cancel();
    url = new URL(location, url).href;
  }
  return { kind: 'failed', problem: `more than ${REDIRECT_LIMIT} redirects` };
}

function requestHeaders({ userAgent, etag, lastModified }: FetchOptions): Record<string, string> {
  return {
    'User-Agent': userAgent,
    Accept: 'text/plain, application/json;q=0.9, */*;q=0.5',
    ...(etag !== null && { 'If-None-Match': etag }),
    ...(lastModified !== null && { 'If-Modified-Since': lastModified }),
  };
}

async function read(response: Response, settings: SourceSettings, options: FetchOptions): Promise<Fetched> {
  const conditional = options.etag !== null || options.lastModified !== null;
  if (response.status === 304 && conditional) return { kind: 'unchanged' };
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    return { kind: 'failed', problem: `answered ${response.status}` };
  }
  const reader = new FeedReader(settings, options.now);
  let size = 0;
  const stream: ReadableStream<Uint8Array> = response.body;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    // Leaving the loop cancels the stream.
    if (size > BYTE_LIMIT) return { kind: 'failed', problem: `longer than ${BYTE_LIMIT / 1024 / 1024} MB` };
    reader.take(chunk);
  }
  return {
    kind: 'copy',
    feed: reader.finish(response.headers.get('Content-Type')),
    etag: boundHeader(response.headers.get('ETag')),
    lastModified: boundHeader(response.headers.get('Last-Modified')),
  };
}

/** Kept and sent back, so a host must not make it long. */
function boundHeader(value: string | null): string | null {
  return value !== null && value.length <= 256 ? value : null;
}

/** What the runtime says where it has no words of its own, as for a name that cannot be resolved. */
const WORDLESS = /^internal error; reference/;

/** In short, for operators; the platform's messages name hosts and errors, nothing secret. */
function describeError(error: unknown): string {
  if (error instanceof Error && WORDLESS.test(error.message)) return 'the host could not be reached';
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `could not be fetched (${error instanceof Error ? error.message : 'unknown'}${cause})`.slice(0, 300);
}
