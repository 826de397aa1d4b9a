import { env } from 'cloudflare:test';
import type { FeedOrder, SeenRequests } from '../node/feeds/feed-order.ts';

async function order(what: FeedOrder): Promise<SeenRequests> {
  const mirror = (env as unknown as { FEED_MIRROR: string }).FEED_MIRROR;
  const response = await fetch(`${mirror}/__control`, { method: 'POST', body: JSON.stringify(what) });
  return response.json();
}

/** Serves `body` at `address` (`host/path`), with a new ETag. */
export const setFeed = (address: string, body: string, contentType = 'text/plain') =>
  order({ address, set: { body, contentType } });

/** What happens to requests for `address`, until null; a limited number of `times`. */
export const faultFeed = (address: string, fault: FeedOrder['fault'], times?: number) =>
  order({ address, ...(fault !== undefined && { fault }), ...(times !== undefined && { times }) });

/** Requests for `address` so far. */
export const requestsFor = (address: string) => order({ address });
