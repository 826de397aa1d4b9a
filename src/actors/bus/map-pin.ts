import type { MapPin, NumberedEvent } from '../contracts.ts';

/** What everybody may know of an event, or null: no address, no place nearer than a degree (some 100 km), nothing that was sent. */
export function pinOf({ kind, at, outcome, client, rules }: NumberedEvent): MapPin | null {
  if (kind !== 'request' || outcome === 'notice' || outcome === 'error') return null;
  const { country, latitude, longitude } = client ?? {};
  const category = rules?.[0]?.category;
  const isPlaced = typeof latitude === 'number' && typeof longitude === 'number';
  return {
    at: Math.floor(at / 1000) * 1000,
    outcome,
    ...(category !== undefined && { category }),
    ...(country !== undefined && { country }),
    ...(isPlaced && { latitude: Math.round(latitude), longitude: Math.round(longitude) }),
  };
}
