import type { Env } from '../env.ts';
import { withoutSession } from './auth.ts';
import { originUrl } from './origin-url.ts';

/** What the origin is told besides the request itself. */
export interface OriginNotes {
  readonly requestId: string;
  readonly score: string;
  readonly decision: string;
}

/** Headers that only the shield or the platform may write, and the admin key, which is nobody's but the shield's: dropped. */
const RESERVED = /^x-(?:(?:edgeshield|partykit)-|admin-key$)/;

/** In these, too, origins look for the client's address; only `X-Forwarded-For` is the shield's word. */
const CLAIMED_ADDRESSES = ['Forwarded', 'True-Client-IP', 'X-Real-IP', 'X-Client-IP', 'X-Cluster-Client-IP'];

/**
 * Sends the request on: to the `ORIGIN` service binding, else to `ORIGIN_URL`, else to the zone's own origin. Redirects are
 * the client's to follow. Rejects when the origin cannot be reached.
 */
export function forwardToOrigin(
  request: Request,
  body: BodyInit | null,
  env: Env,
  notes: OriginNotes,
): Promise<Response> {
  const byBinding = env.ORIGIN !== undefined;
  const base = byBinding ? '' : (env.ORIGIN_URL ?? '');
  const url = base === '' ? request.url : originUrl(request.url, base);
  const init: RequestInit = { method: request.method, headers: request.headers, body, redirect: 'manual' };
  if (request.cf !== undefined) init.cf = request.cf as RequestInitCfProperties;
  // The constructor copies all headers at once; one by one from here they would cost as much as judging the request.
  const onward = new Request(url, init);
  const { headers } = onward;
  for (const name of request.headers.keys()) if (RESERVED.test(name)) headers.delete(name);
  hideSession(headers, request);
  headers.set('X-Request-Id', notes.requestId);
  headers.set('X-EdgeShield-Score', notes.score);
  headers.set('X-EdgeShield-Decision', notes.decision);
  if (base !== '') describeFrontDoor(headers, request);
  return byBinding ? env.ORIGIN.fetch(onward) : fetch(onward);
}

/** The browser sends an operator's session to the whole host; in the hands of the origin, or in its logs, it would open the control plane. */
function hideSession(headers: Headers, request: Request): void {
  const cookie = headers.get('Cookie');
  if (cookie === null || !cookie.includes('edgeshield=')) return;
  const rest = withoutSession(cookie, new URL(request.url));
  if (rest === '') headers.delete('Cookie');
  else headers.set('Cookie', rest);
}

/** The origin sees another host and the platform's address: what the client saw goes along (the de-facto standard headers). */
function describeFrontDoor(headers: Headers, request: Request): void {
  const { host, protocol } = new URL(request.url);
  headers.set('X-Forwarded-Host', host);
  headers.set('X-Forwarded-Proto', protocol.slice(0, -1));
  // Set, not appended to: what a client wrote there itself is worth nothing.
  const ip = request.headers.get('CF-Connecting-IP');
  if (ip === null) headers.delete('X-Forwarded-For');
  else headers.set('X-Forwarded-For', ip);
  for (const name of CLAIMED_ADDRESSES) headers.delete(name);
}
