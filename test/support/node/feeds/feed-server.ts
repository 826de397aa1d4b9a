import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { bentFeed, isContentFault, strikeFeed, type FeedFault } from './feed-faults.ts';
import { answerControl, isControl } from './feed-control.ts';
import { gzipped, isUnchanged, makeFeed, type Feed } from './feed.ts';
import { feedSnapshots, readSnapshot, snapshotAddresses } from './snapshots.ts';

/** No test looks further back. */
const REQUESTS_KEPT = 5000;

export interface FeedServerOptions {
  /** 0, the default, picks a free port. */
  readonly port?: number;
  /** Snapshots in FireHOL's form; absent: `../shared/feeds` where that is, else none, and `set` alone says what is served. */
  readonly folder?: string | null;
  /** Also takes orders over HTTP (`feed-control.ts`): tests that run in workerd can only send requests. */
  readonly control?: boolean;
  /** False: does not keep the process alive. */
  readonly hold?: boolean;
}

export interface FeedRequest {
  readonly method: string;
  /** `host/path`. */
  readonly address: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** 0 when the caller got no answer. */
  readonly status: number;
}

export interface FeedServer {
  /** For FEED_MIRROR, without a slash at the end. */
  readonly url: string;
  readonly requests: readonly FeedRequest[];
  /** What is served now, as `host/path`. */
  addresses(): readonly string[];
  /** The text that is served at an address when nothing is wrong. */
  text(address: string): string;
  /** Serves this from now on, with a new ETag and the present as Last-Modified. */
  set(
    address: string,
    content: {
      readonly body: string | Uint8Array;
      readonly contentType?: string;
      readonly headers?: Readonly<Record<string, string>>;
    },
  ): void;
  /** Nothing is found there from now on. */
  remove(address: string): void;
  /** What happens to requests for an address: `times` of them, or until null takes it away. */
  fault(address: string, fault: FeedFault | null, times?: number): void;
  clearFaults(): void;
  stop(): Promise<void>;
}

interface ArmedFault {
  readonly fault: FeedFault;
  left: number;
}

/** Feeds at `/<host>/<path>` in their originals' wire formats, with conditional requests, compression, and faults on demand. */
export async function startFeedServer(options: FeedServerOptions = {}): Promise<FeedServer> {
  const folder = options.folder === undefined ? feedSnapshots() : options.folder;
  const feeds = new Map<string, Feed | null>();
  const faults = new Map<string, ArmedFault>();
  const requests: FeedRequest[] = [];

  // Snapshots are read when they are asked for: most tests want one or two of them.
  function find(address: string): Feed | null {
    const known = feeds.get(address);
    if (known !== undefined) return known;
    const read = folder === null ? null : readSnapshot(folder, address);
    const feed = read === null ? null : makeFeed(read.text, read.contentType, read.modified);
    feeds.set(address, feed);
    return feed;
  }

  function strike(address: string): FeedFault | null {
    const armed = faults.get(address);
    if (armed === undefined) return null;
    armed.left -= 1;
    if (armed.left <= 0) faults.delete(address);
    return armed.fault;
  }

  function serve(request: IncomingMessage, response: ServerResponse): number {
    const path = request.url ?? '/';
    const address = path.slice(1);
    const fault = strike(address);
    // A fault may stand where there is no feed at all.
    const found = find(address) ?? (fault === null ? null : makeFeed('192.0.2.1\n', 'text/plain', new Date(0)));
    if (found === null) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('no such feed\n');
      return 404;
    }
    if (fault === null) return sendFeed(found, request, response);
    if (!isContentFault(fault)) return strikeFeed(fault, found, path, response);
    return sendFeed(bentFeed(fault, found), request, response);
  }

  const server = createServer((request, response) => {
    if (options.control === true && isControl(request)) return void answerControl(self, request, response);
    const status = serve(request, response);
    const { method = 'GET', headers } = request;
    requests.push({ method, address: (request.url ?? '/').slice(1), headers, status });
    if (requests.length > REQUESTS_KEPT) requests.shift();
    return undefined;
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  if (options.hold === false) server.unref();
  const place = server.address();
  if (place === null || typeof place === 'string') throw new Error('the feed server has no port');

  const self: FeedServer = {
    url: `http://127.0.0.1:${place.port}`,
    requests,
    addresses: () => {
      const named = folder === null ? [] : snapshotAddresses(folder);
      return [...new Set([...named, ...feeds.keys()])].filter((address) => feeds.get(address) !== null);
    },
    text: (address) => {
      const feed = find(address);
      if (feed === null) throw new Error(`nothing is served at ${address}`);
      return Buffer.from(feed.body).toString('utf8');
    },
    set: (address, { body, contentType = 'text/plain; charset=utf-8', headers }) =>
      void feeds.set(address, makeFeed(body, contentType, new Date(), headers)),
    remove: (address) => void feeds.set(address, null),
    fault: (address, fault, times = Infinity) => {
      if (fault === null) faults.delete(address);
      else faults.set(address, { fault, left: times });
    },
    clearFaults: () => faults.clear(),
    stop: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
    },
  };
  return self;
}

function sendFeed(feed: Feed, request: IncomingMessage, response: ServerResponse): number {
  const { headers } = request;
  const common = { etag: feed.etag, 'last-modified': feed.lastModified, vary: 'accept-encoding', ...feed.headers };
  if (isUnchanged(feed, headers['if-none-match'], headers['if-modified-since'])) {
    response.writeHead(304, common).end();
    return 304;
  }
  const packs = /\bgzip\b/.test(headers['accept-encoding'] ?? '') && feed.body.length > 0;
  const body = packs ? gzipped(feed) : feed.body;
  response.writeHead(200, {
    'content-type': feed.contentType,
    'content-length': body.length,
    ...(packs ? { 'content-encoding': 'gzip' } : {}),
    ...common,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
  return 200;
}
