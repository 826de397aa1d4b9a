import type { NumberedEvent } from '../../actors/contracts.ts';
import type { Position } from './colo-places.ts';

/** What the map can show of a request that was not simply passed: the operator's map makes it of an event, the public one is sent it. */
export interface Sighting {
  /** The event's number: later ones are larger. */
  readonly n: number;
  /** Unix milliseconds. */
  readonly at: number;
  /** See OUTCOMES. */
  readonly outcome: string;
  /** Of the rule that weighed most; null where no rule matched. */
  readonly category: string | null;
  /** ISO 3166-1 alpha-2, or `T1` for Tor. */
  readonly country: string | null;
  readonly city: string | null;
  /** Null where Cloudflare told no coordinates. */
  readonly position: Position | null;
  /** Code of the data centre that took the request. */
  readonly colo: string | null;
}

/** The worst first: the order in which a place's colour is chosen. */
export const OUTCOMES = ['block', 'challenge', 'limit', 'log', 'allow'] as const;

/** Null for what has no client: a notice or an error of the shield's own. */
export function sightingOf(event: NumberedEvent): Sighting | null {
  const { client } = event;
  if (event.kind !== 'request' || client === undefined) return null;
  const { country, city, latitude, longitude, colo } = client;
  const located = latitude !== undefined && longitude !== undefined && isOnEarth(latitude, longitude);
  return {
    n: event.n,
    at: event.at,
    outcome: event.outcome,
    category: event.rules?.[0]?.category ?? null,
    country: country ?? null,
    city: city ?? null,
    position: located ? { latitude, longitude } : null,
    colo: colo ?? null,
  };
}

function isOnEarth(latitude: number, longitude: number): boolean {
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
}
