import type { NumberedEvent, Stats } from '../../../actors/contracts.ts';
import type { Policy, Route } from '../../../edge/policy.ts';

/** A route with what it was asked and what it refused. */
export interface RouteRow {
  readonly route: Route;
  /** Requests since the totals began. */
  readonly requests: number;
  /** Of them refused for their number, and for what they were; null: the shield does not say. */
  readonly limited: number | null;
  readonly stopped: number | null;
  /** Clients refused and when last, among the events that the page has: a flood is told once, so they cannot be counted. */
  readonly refused: readonly { readonly ip: string; readonly last: number }[];
}

/** Clients shown of each route. */
const CLIENTS = 5;

export function routeRows(policy: Policy, stats: Stats, events: readonly NumberedEvent[]): readonly RouteRow[] {
  const refusals = new Map<string, Map<string, number>>();
  for (const { outcome, request, client, at } of events) {
    if (outcome !== 'limit' || request === undefined) continue;
    const clients = refusals.get(request.route) ?? new Map<string, number>();
    refusals.set(request.route, clients);
    const ip = client?.ip ?? 'unknown';
    clients.set(ip, Math.max(at, clients.get(ip) ?? 0));
  }
  return policy.routes.map((route) => ({
    route,
    requests: stats.byRoute[route.id] ?? 0,
    ...refusalsOf(route.id, stats),
    refused: [...(refusals.get(route.id) ?? [])]
      .map(([ip, last]) => ({ ip, last }))
      .toSorted((a, b) => b.last - a.last)
      .slice(0, CLIENTS),
  }));
}

function refusalsOf(id: string, { refusedByRoute }: Stats): Pick<RouteRow, 'limited' | 'stopped'> {
  if (refusedByRoute === undefined) return { limited: null, stopped: null };
  const { limit = 0, block = 0, challenge = 0 } = refusedByRoute[id] ?? {};
  return { limited: limit, stopped: block + challenge };
}

/** The policy with a route changed, added (`id` null) or (`route` null) gone. */
export function withRoute(policy: Policy, id: string | null, route: Route | null): Policy {
  const routes = policy.routes.flatMap((known) => (known.id === id ? (route === null ? [] : [route]) : [known]));
  // The longest prefix wins wherever it stands; the one for everything else is kept last, where people look for it.
  if (id === null && route !== null) routes.unshift(route);
  return { ...policy, routes };
}
