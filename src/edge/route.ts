import type { Policy, Route } from './policy.ts';

/** A policy's routes made ready for look-ups. */
export interface RouteTable {
  /** Routes of every host by normalised prefix, without the closing slash: '' is the route for everything else. */
  readonly anywhere: ReadonlyMap<string, Route>;
  readonly byHost: ReadonlyMap<string, ReadonlyMap<string, Route>>;
  /** Segments of the deepest prefix: a path is looked at no further, however long a client makes it. */
  readonly depth: number;
}

export function compileRoutes(policy: Policy): RouteTable {
  const anywhere = new Map<string, Route>();
  const byHost = new Map<string, Map<string, Route>>();
  let depth = 0;
  for (const route of policy.routes) {
    const prefix = normalisePath(route.path).replace(/\/$/, '');
    depth = Math.max(depth, prefix.split('/').length - 1);
    const routes = route.host === undefined ? anywhere : (byHost.get(route.host) ?? new Map<string, Route>());
    if (route.host !== undefined) byHost.set(route.host, routes);
    // Of two routes with one prefix the first stands, as a reader of the policy would expect.
    if (!routes.has(prefix)) routes.set(prefix, route);
  }
  return { anywhere, byHost, depth };
}

/** The route of a request: the longest prefix on whole path segments; of two as long, the one for this host. */
export function matchRoute(table: RouteTable, host: string, path: string): Route {
  const own = table.byHost.size === 0 ? undefined : table.byHost.get(normaliseHost(host));
  const plain = normalisePath(path);
  let prefix = firstSegments(plain, table.depth);
  for (;;) {
    const route = own?.get(prefix) ?? table.anywhere.get(prefix);
    if (route !== undefined) return route;
    if (prefix === '') throw new Error('a policy came past its door without a route for everything else');
    prefix = prefix.slice(0, prefix.lastIndexOf('/'));
  }
}

/** What only a path that tries something has: escapes, parameters, backslashes, capitals, doubled slashes, dot segments, closing dots. */
const UNUSUAL = /[%;\\A-Z]|\/[/.]|\.(?:\/|$)/;

/**
 * The path as an origin may come to read it, so that no spelling of `/login` slips past the limit of `/login`: escapes
 * undone once (RFC 3986 6.2.2.2; also %2F and %5C, which some servers take for slashes), capitals lowered (Express,
 * IIS and others route without regard to case), doubled slashes and dot segments resolved (RFC 3986 5.2.4), path
 * parameters (`;v=1`, RFC 3986 3.3) dropped, and so are blanks, dots and control characters that close a segment (Windows
 * opens `login.` and `login ` as `login`; C ends a name at NUL). Counting two paths as one is at worst strict; counting one as two is a hole.
 */
export function normalisePath(path: string): string {
  if (!UNUSUAL.test(path)) return path;
  const segments: string[] = [];
  for (const part of decode(path).replaceAll('\\', '/').toLowerCase().split('/')) {
    const end = part.indexOf(';');
    const spelled = end < 0 ? part : part.slice(0, end);
    const segment = withoutClosing(spelled);
    if (spelled === '..') segments.pop();
    else if (segment !== '') segments.push(segment);
  }
  return `/${segments.join('/')}`;
}

function withoutClosing(segment: string): string {
  let end = segment.length;
  while (end > 0 && (segment.charCodeAt(end - 1) <= 32 || segment.charCodeAt(end - 1) === 46)) end--;
  return segment.slice(0, end);
}

/** Undoes escapes of ASCII; what else is escaped cannot be part of a prefix and stays. */
function decode(path: string): string {
  if (!path.includes('%')) return path;
  return path.replace(/%[0-7][0-9a-f]/gi, (escape) => String.fromCharCode(Number.parseInt(escape.slice(1), 16)));
}

/** `/a/b/c` cut after `depth` segments, without a closing slash. */
function firstSegments(path: string, depth: number): string {
  let end = 0;
  for (let n = 0; n < depth && end >= 0 && end < path.length; n += 1) {
    const next = path.indexOf('/', end + 1);
    end = next < 0 ? path.length : next;
  }
  const prefix = path.slice(0, end);
  return prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
}

/** Lower case, without port and without the root dot (`example.com.` is `example.com`, RFC 1034 3.1). */
export function normaliseHost(host: string): string {
  const port = host.lastIndexOf(':');
  const name = port > host.lastIndexOf(']') ? host.slice(0, port) : host;
  return (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase();
}
