import { problemResponse } from '../pages/problem.ts';
import type { ControlBindings } from './operation.ts';

/** The page loads nothing from elsewhere and runs no inline script: what an attacker gets into an event stays text. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  // No part of the page may make markup or script of a text, not even through a policy of its own.
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  // Kept only to be asked after each time, and by no shared cache.
  'Cache-Control': 'private, no-cache',
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'X-Robots-Tag': 'noindex',
};

/** Its name has its content's hash: what it names never changes. */
const HASHED = /-[A-Z0-9]{8}\.js$/;
const FOR_EVER = 'private, max-age=31536000, immutable';

const PREFIX = '/dashboard';

export function isDashboardPath(path: string): boolean {
  return path === PREFIX || path.startsWith(`${PREFIX}/`);
}

const VIEW = /^(?:\/[a-z0-9-]*)*$/;

/** The static page: `/dashboard` is its index and so is each view, `/dashboard/rules`; `/dashboard/*.*` are its parts. It holds no data; what it shows it asks of `/admin`. */
export async function serveDashboard(request: Request, url: URL, control: ControlBindings): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    const problem = {
      status: 405,
      kind: 'method-not-allowed',
      title: 'Only GET is possible here',
      detail: request.method,
    };
    return problemResponse(problem, control.requestId, { Allow: 'GET, HEAD' });
  }
  const path = url.pathname.slice(PREFIX.length);
  // Views have addresses of their own, and the one page finds out which is meant; files have a dot in their names.
  const page = await servePage(request, url, VIEW.test(path) ? '/' : path, control);
  if (page !== null) return page;
  const problem = {
    status: 404,
    kind: 'not-found',
    title: 'There is no such page',
    detail: 'The dashboard is at /dashboard.',
  };
  return problemResponse(problem, control.requestId);
}

/** What a browser may be asked to keep and compare; a stranger is given the page whole, under the status of the refusal. */
const CONDITIONS = ['If-None-Match', 'If-Modified-Since'];

/**
 * A static file with the page's headers, or null when there is none. `refused`: with the status of this refusal and its
 * challenge (RFC 9110, section 15.5.2).
 */
export async function servePage(
  request: Request,
  url: URL,
  path: string,
  { env }: Pick<ControlBindings, 'env'>,
  refused: Response | null = null,
): Promise<Response | null> {
  const headers = new Headers();
  for (const name of ['Accept-Encoding', ...(refused === null ? CONDITIONS : [])]) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const asset = await env.ASSETS.fetch(new Request(new URL(path, url.origin), { method: request.method, headers }));
  if (asset.status !== 200 && asset.status !== 304) return null;
  const response = new Response(
    asset.body,
    refused === null ? asset : { status: refused.status, headers: asset.headers },
  );
  for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value);
  if (HASHED.test(path)) response.headers.set('Cache-Control', FOR_EVER);
  const challenge = refused?.headers.get('WWW-Authenticate') ?? null;
  if (challenge !== null) response.headers.set('WWW-Authenticate', challenge);
  return response;
}
