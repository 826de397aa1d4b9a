import type { NetworkFacts } from './network.ts';

type Draft = { -readonly [K in keyof NetworkFacts]: NetworkFacts[K] };

/** Reads what the platform says of the connection. `cf` is absent in tests and behind other Workers; each field may be missing or odd. */
export function readConnection(request: Request): NetworkFacts {
  const facts: Draft = { ip: request.headers.get('CF-Connecting-IP') ?? '' };
  const cf: Readonly<Record<string, unknown>> | undefined = request.cf;
  if (cf === undefined) return facts;
  const { country, city, asn, asOrganization, latitude, longitude, colo, httpProtocol, tlsVersion, threatScore } = cf;
  if (isText(country)) facts.country = country;
  if (isText(city)) facts.city = city;
  if (isNumber(asn)) facts.asn = asn;
  if (isText(asOrganization)) facts.organization = asOrganization;
  // Coordinates come as text.
  if (isText(latitude) && isNumber(Number(latitude))) facts.latitude = Number(latitude);
  if (isText(longitude) && isNumber(Number(longitude))) facts.longitude = Number(longitude);
  if (isText(colo)) facts.colo = colo;
  if (isText(httpProtocol)) facts.httpProtocol = httpProtocol;
  if (isText(tlsVersion)) facts.tlsVersion = tlsVersion;
  if (isNumber(threatScore)) facts.threatScore = threatScore;
  return facts;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
