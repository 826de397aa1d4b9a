import { createServer } from 'node:net';
import { isPlanName, PLANS, type PlanName } from '../../test/support/node/cloudflare/plan.ts';

export const DEFAULT_PORT = 8787;

type Setting<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

export function readPort(text: string | undefined): Setting<number> {
  if (text === undefined || text === '') return { ok: true, value: DEFAULT_PORT };
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return { ok: true, value: port };
  return { ok: false, message: `PORT must be a number from 1 to 65535, not "${text}".` };
}

/** The site to protect, or null for the demo site. A path is refused: the shield forwards a request's own path. */
export function readOrigin(text: string | undefined): Setting<string | null> {
  if (text === undefined || text === '') return { ok: true, value: null };
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return { ok: false, message: `ORIGIN_URL must be like http://localhost:3000, not "${text}".` };
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '') {
    return {
      ok: false,
      message: `ORIGIN_URL is a site's address without path or password, like ${url.protocol}//${url.host}.`,
    };
  }
  return { ok: true, value: url.origin };
}

/** Pro unless told otherwise: with one list, as on Free, the other tiers would not be seen here. */
export function readPlan(text: string | undefined, name = 'CF_PLAN'): Setting<PlanName> {
  if (text === undefined || text === '') return { ok: true, value: 'pro' };
  if (isPlanName(text)) return { ok: true, value: text };
  return { ok: false, message: `${name} must be one of ${Object.keys(PLANS).join(', ')}, not "${text}".` };
}

/** Why this port cannot be served on, or null. */
export function portProblem(port: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') {
        resolve(`Port ${port} is in use. Stop what runs there, or choose another: PORT=${port + 1} npm start`);
      } else if (error.code === 'EACCES')
        resolve(`Port ${port} needs more rights; choose one above 1023: PORT=8787 npm start`);
      else resolve(`Cannot listen on ${host}, port ${port}: ${error.message}`);
    });
    probe.listen(port, host, () => probe.close(() => resolve(null)));
  });
}
