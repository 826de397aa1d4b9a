/**
 * Sessions of operators: a cookie, signed with a key derived from the admin key. Nothing is stored: another admin key ends every
 * session, and so does time; one that an API key began names that key, and ends with it.
 */

import { isScope, type Scope } from './scopes.ts';
import { toHex } from './sha256.ts';

/** A working day. */
export const SESSION_MS = 12 * 3_600_000;

export const SECURE_COOKIE = '__Host-edgeshield';
/** Browsers refuse `__Host-` and `Secure` cookies over plain HTTP, which is what localhost speaks. */
const LOCAL_COOKIE = 'edgeshield';

const encoder = new TextEncoder();

/**
 * Compares in time that depends on neither text: both are hashed to 32 bytes first, so that not even the length shows
 * and `timingSafeEqual`, which wants equal lengths, can be used.
 */
export async function equalsSecret(given: string, secret: string): Promise<boolean> {
  const [a, b] = await Promise.all([digest(given), digest(secret)]);
  return crypto.subtle.timingSafeEqual(a, b);
}

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest('SHA-256', encoder.encode(text));
}

/** The API key that began a session, and what it allowed then. */
export interface SessionHolder {
  readonly key: string;
  readonly scopes: readonly Scope[];
}

export interface Session {
  /** Unix milliseconds. */
  readonly expires: number;
  /** Null: the admin key. */
  readonly holder: SessionHolder | null;
}

/**
 * A session for `host` that ends at `now + SESSION_MS`, or with the key: `<expiry>.<nonce>.<signature>`, and of an API key
 * `<expiry>.<nonce>.<key id>.<scopes>.<signature>`.
 */
export async function issueSession(
  adminKey: string,
  host: string,
  now: number,
  nonce: string,
  holder: (SessionHolder & { readonly until: number | null }) | null = null,
): Promise<string> {
  const expires = sessionEnd(now, holder?.until ?? null);
  const claims = `${expires}.${nonce}${holder === null ? '' : `.${holder.key}.${holder.scopes.join('+')}`}`;
  return `${claims}.${await sign(adminKey, host, claims)}`;
}

/** Unix milliseconds; `until` is when the key ends. */
export function sessionEnd(now: number, until: number | null): number {
  return Math.min(now + SESSION_MS, until ?? Number.POSITIVE_INFINITY);
}

const TOKEN = /^(\d{1,16})\.[\w-]{1,64}(?:\.([0-9a-f]{12})\.([a-z:+]{1,128}))?\.[0-9a-f]{64}$/;

/** What an unexpired session says that this admin key signed for this host; null of anything else. */
export async function verifySession(
  token: string,
  adminKey: string,
  host: string,
  now: number,
): Promise<Session | null> {
  const match = TOKEN.exec(token);
  if (match === null) return null;
  const dot = token.lastIndexOf('.');
  const signature = await sign(adminKey, host, token.slice(0, dot));
  const genuine = await equalsSecret(token.slice(dot + 1), signature);
  const [, expiry, key, scopes = ''] = match;
  const expires = Number(expiry);
  if (!genuine || expires <= now) return null;
  return { expires, holder: key === undefined ? null : { key, scopes: scopes.split('+').filter(isScope) } };
}

/** The host is signed too: a cookie that was set on one host opens no other door that shares the key. */
async function sign(adminKey: string, host: string, claims: string): Promise<string> {
  const root = await hmac(encoder.encode(adminKey), 'edgeshield session v1');
  const mac = await hmac(new Uint8Array(root), `${host}\n${claims}`);
  return toHex(mac);
}

async function hmac(key: Uint8Array, message: string): Promise<ArrayBuffer> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return crypto.subtle.sign('HMAC', imported, encoder.encode(message));
}

/** `Set-Cookie` that starts a session of `lifeMs` milliseconds (or, with an empty token, ends it). */
export function sessionCookie(token: string, url: URL, lifeMs = SESSION_MS): string {
  const life = token === '' ? 0 : Math.ceil(lifeMs / 1000);
  const secure = isPlainLocalhost(url) ? '' : '; Secure';
  return `${cookieName(url)}=${token}; Path=/; Max-Age=${life}; HttpOnly; SameSite=Strict${secure}`;
}

/** The session token that the request carries, or null. */
export function sessionToken(request: Request, url: URL): string | null {
  const name = cookieName(url);
  for (const pair of (request.headers.get('Cookie') ?? '').split(';')) {
    const equals = pair.indexOf('=');
    if (pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return null;
}

/** A `Cookie` header without the operator's session; the other cookies stay as they are spelled. */
export function withoutSession(cookie: string, url: URL): string {
  const name = cookieName(url);
  const kept = cookie.split(';').filter((pair) => pair.split('=', 1)[0]?.trim() !== name);
  return kept.join(';').trim();
}

function cookieName(url: URL): string {
  return isPlainLocalhost(url) ? LOCAL_COOKIE : SECURE_COOKIE;
}

function isPlainLocalhost(url: URL): boolean {
  return url.protocol === 'http:' && /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
}

/**
 * True when the page that made the request is not of this origin. Browsers send `Origin` with unsafe methods and WebSocket
 * upgrades and cannot be made to lie; `Sec-Fetch-Site` speaks where `Origin` is left out. No header at all is no browser.
 */
export function isForeign(request: Request, url: URL): boolean {
  const origin = request.headers.get('Origin');
  if (origin !== null) return origin !== url.origin;
  const site = request.headers.get('Sec-Fetch-Site');
  return site !== null && site !== 'same-origin' && site !== 'none';
}

/** True when a browser vouches that the request comes from a page of this origin: what a cookie needs to count for an unsafe method. */
export function isOwnPage(request: Request, url: URL): boolean {
  const origin = request.headers.get('Origin');
  return origin === null ? request.headers.get('Sec-Fetch-Site') === 'same-origin' : origin === url.origin;
}
