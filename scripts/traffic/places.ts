/** What Cloudflare would tell of a connection from there, as it spells it. */
const PLACES = {
  berlin: place('DE', 'Berlin', '52.52000', '13.40500', 'TXL', 3320, 'Deutsche Telekom AG'),
  tokyo: place('JP', 'Tokyo', '35.68950', '139.69170', 'NRT', 2516, 'KDDI CORPORATION'),
  lagos: place('NG', 'Lagos', '6.45410', '3.39470', 'LHR', 37148, 'Globacom Limited'),
  saoPaulo: place('BR', 'Sao Paulo', '-23.54750', '-46.63610', 'GRU', 27699, 'TELEFONICA BRASIL S.A'),
  ashburn: place('US', 'Ashburn', '39.04370', '-77.48750', 'IAD', 14618, 'Amazon.com'),
  mumbai: place('IN', 'Mumbai', '19.07280', '72.88260', 'BOM', 45609, 'Bharti Airtel'),
  toronto: place('CA', 'Toronto', '43.70640', '-79.39860', 'YYZ', 812, 'Rogers Communications'),
  paris: place('FR', 'Paris', '48.85340', '2.34860', 'CDG', 3215, 'Orange S.A.'),
  singapore: place('SG', 'Singapore', '1.28970', '103.85010', 'SIN', 16509, 'Amazon.com'),
  sydney: place('AU', 'Sydney', '-33.86780', '151.20730', 'SYD', 1221, 'Telstra Limited'),
  warsaw: place('PL', 'Warsaw', '52.22980', '21.01180', 'WAW', 5617, 'Orange Polska'),
  jakarta: place('ID', 'Jakarta', '-6.21460', '106.84510', 'CGK', 7713, 'PT Telekomunikasi Indonesia'),
  dallas: place('US', 'Dallas', '32.78310', '-96.80670', 'DFW', 20115, 'Charter Communications'),
  johannesburg: place('ZA', 'Johannesburg', '-26.20230', '28.04360', 'JNB', 3741, 'Internet Solutions'),
  seoul: place('KR', 'Seoul', '37.56600', '126.97840', 'ICN', 4766, 'Korea Telecom'),
  london: place('GB', 'London', '51.50850', '-0.12570', 'LHR', 2856, 'British Telecommunications'),
} as const;

export type PlaceName = keyof typeof PLACES;

/**
 * A header by which a local shield's front, Miniflare's, has the request's `cf` say this: it stands where Cloudflare's edge stands, and
 * the Worker reads `request.cf` as it always does. On Cloudflare the edge alone writes `cf`, and the header is a header like any other.
 */
export function asFromPlace(name: PlaceName): Readonly<Record<string, string>> {
  return { 'mf-cf-blob': JSON.stringify(PLACES[name]) };
}

/** The same for a made-up client: each stays where it is, and neighbours by number are far apart. */
export function asFromSomewhere(client: number): Readonly<Record<string, string>> {
  const places = Object.values(PLACES);
  return { 'mf-cf-blob': JSON.stringify(places[client % places.length]) };
}

function place(
  country: string,
  city: string,
  latitude: string,
  longitude: string,
  colo: string,
  asn: number,
  asOrganization: string,
) {
  return { country, city, latitude, longitude, colo, asn, asOrganization } as const;
}
