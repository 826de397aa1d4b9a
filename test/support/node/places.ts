/** What Cloudflare would tell of a connection from there, as it spells it. */
const PLACES = {
  berlin: {
    country: 'DE',
    city: 'Berlin',
    latitude: '52.52000',
    longitude: '13.40500',
    colo: 'TXL',
    asn: 3320,
    asOrganization: 'Deutsche Telekom AG',
  },
  tokyo: {
    country: 'JP',
    city: 'Tokyo',
    latitude: '35.68950',
    longitude: '139.69170',
    colo: 'NRT',
    asn: 2516,
    asOrganization: 'KDDI CORPORATION',
  },
  lagos: {
    country: 'NG',
    city: 'Lagos',
    latitude: '6.45410',
    longitude: '3.39470',
    colo: 'LHR',
    asn: 37148,
    asOrganization: 'Globacom Limited',
  },
} as const;

export type PlaceName = keyof typeof PLACES;

/**
 * A header by which a local shield's front, Miniflare's, has the request's `cf` say this: it stands where Cloudflare's edge stands, and
 * the Worker reads `request.cf` as it always does. On Cloudflare the edge alone writes `cf`, and the header is a header like any other.
 */
export function asFromPlace(place: PlaceName): Readonly<Record<string, string>> {
  return { 'mf-cf-blob': JSON.stringify(PLACES[place]) };
}
