import * as v from 'valibot';
import { parseWith, type Parsed } from '../../parse.ts';

/**
 * The clients that are remembered for something, as sorted 32-bit hashes of their keys. A key that is not in it is
 * clean, without a call. Two keys with one hash cost a clean client a look-up that finds nothing: with 50,000 entries one
 * clean client in 86,000. So four bytes each are enough, and the whole set is 267 KB of base64.
 */
export interface Watchlist {
  readonly hashes: Uint32Array;
}

/** Past this many the registry lets the earliest-announced go: reputation fades out before memory or traffic grows. */
export const WATCHLIST_LIMIT = 50_000;

const WatchlistSchema = v.strictObject({
  /** Little-endian unsigned 32-bit numbers, strictly ascending, base64. */
  hashes: v.pipe(v.string(), v.maxLength(Math.ceil((WATCHLIST_LIMIT * 4) / 3) * 4), v.base64()),
});

export const EMPTY_WATCHLIST: Watchlist = Object.freeze({ hashes: new Uint32Array(0) });

/** The only door for watchlist data: reads and makes ready in one. */
export function parseWatchlist(data: unknown): Parsed<Watchlist> {
  // An empty set is an empty text, which the base64 check would refuse.
  if (typeof data === 'object' && data !== null && 'hashes' in data && data.hashes === '') {
    return { ok: true, value: EMPTY_WATCHLIST };
  }
  const parsed = parseWith(WatchlistSchema, data);
  if (!parsed.ok) return parsed;
  const bytes = atob(parsed.value.hashes);
  if (bytes.length % 4 !== 0 || bytes.length / 4 > WATCHLIST_LIMIT) return refuse('must hold whole 32-bit numbers');
  const hashes = new Uint32Array(bytes.length / 4);
  for (let i = 0; i < hashes.length; i += 1) {
    const at = i * 4;
    const value =
      bytes.charCodeAt(at) +
      bytes.charCodeAt(at + 1) * 0x100 +
      bytes.charCodeAt(at + 2) * 0x10000 +
      bytes.charCodeAt(at + 3) * 0x1000000;
    if (i > 0 && value <= hashes[i - 1]!) return refuse('must ascend');
    hashes[i] = value;
  }
  return { ok: true, value: Object.freeze({ hashes }) };
}

/** The release body for these clients: the same set gives the same text, whatever the order. */
export function writeWatchlist(clients: Iterable<string>): string {
  const hashes = [...new Set(Array.from(clients, hashClient))].sort((a, b) => a - b).slice(0, WATCHLIST_LIMIT);
  let bytes = '';
  for (const hash of hashes) {
    bytes += String.fromCharCode(hash & 255, (hash >>> 8) & 255, (hash >>> 16) & 255, hash >>> 24);
  }
  return JSON.stringify({ hashes: btoa(bytes) });
}

/** Whether a client may be remembered for something. O(log n), allocates nothing. */
export function isWatched(list: Watchlist, client: string): boolean {
  const { hashes } = list;
  if (hashes.length === 0) return false;
  const hash = hashClient(client);
  let first = 0;
  let end = hashes.length;
  while (first < end) {
    const middle = (first + end) >>> 1;
    if (hashes[middle]! < hash) first = middle + 1;
    else end = middle;
  }
  return hashes[first] === hash;
}

/** FNV-1a over the key's characters, then MurmurHash3's finalizer, since FNV alone leaves neighbouring addresses side by side. */
export function hashClient(client: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < client.length; i += 1) hash = Math.imul(hash ^ client.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function refuse(message: string): Parsed<Watchlist> {
  return { ok: false, problems: [{ path: 'hashes', message }] };
}
