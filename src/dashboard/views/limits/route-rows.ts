import type { NumberedEvent, Stats } from '../../../actors/contracts.ts';
import type { Policy, Route } from '../../../edge/policy.ts';

/** A route with what it was asked and what it refused. */
export interface RouteRow {
  readonly route: Route;
  /** Requests since the totals began. */
  readonly requests: number;
  /** Clients refused, among the events that the page has. */
  readonly refused: readonly { readonly ip: string; readonly times: number; readonly last: number }[];
}

/** Clients shown of each route. */
const CLIENTS = 5;

export function routeRows(policy: Policy, stats: Stats, events: readonly NumberedEvent[]): readonly RouteRow[] {
  const refusals = new Map<string, Map<string, { times: number; last: number }>>();
  for (const { outcome, request, client, at } of events) {
    if (outcome !== 'limit' || request === undefined) continue;
    const clients = refusals.get(request.route) ?? new Map<string, { times: number; last: number }>();
    refusals.set(request.route, clients);
    const ip = client?.ip ?? 'unknown';
    const known = clients.get(ip);
    clients.set(ip, { times: (known?.times ?? 0) + 1, last: Math.max(at, known?.last ?? 0) });
  }
  return policy.routes.map((route) => ({
    route,
    requests: stats.byRoute[route.id] ?? 0,
    refused: [...(refusals.get(route.id) ?? [])]
      .map(([ip, seen]) => ({ ip, ...seen }))
      .toSorted((a, b) => b.times - a.times)
      .slice(0, CLIENTS),
  }));
}

/** The policy with a route changed, added (`id` null) or (`route` null) gone. */
export function withRoute(policy: Policy, id: string | null, route: Route | null): Policy {
  const routes = policy.routes.flatMap((known) => (known.id === id ? (route === null ? [] : [route]) : [known]));
  // The longest prefix wins wherever it stands; the one for everything else is kept last, where people look for it.
  if (id === null && route !== null) routes.unshift(route);
  return { ...policy, routes };
}
