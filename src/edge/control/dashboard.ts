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

const PREFIX = '/dashboard';

/** The static page: `/dashboard` is its index, `/dashboard/*` its parts. It holds no data; what it shows it asks of `/admin`. */
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
  const target = new URL(path === '' ? '/' : path, url.origin);
  const headers = new Headers();
  for (const name of ['If-None-Match', 'If-Modified-Since', 'Accept-Encoding']) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const asset = await control.env.ASSETS.fetch(new Request(target, { method: request.method, headers }));
  if (asset.status !== 200 && asset.status !== 304) {
    const problem = {
      status: 404,
      kind: 'not-found',
      title: 'There is no such page',
      detail: 'The dashboard is at /dashboard.',
    };
    return problemResponse(problem, control.requestId);
  }
  const response = new Response(asset.body, asset);
  for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value);
  return response;
}
