const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' });

/** What totals have where Cloudflare tells no country at all. */
export const UNKNOWN_COUNTRY = '??';

/** `DE` as `Germany`. Cloudflare says `T1` for Tor and `XX` where it does not know. */
export function countryName(code: string): string {
  if (code === 'T1') return 'Tor network';
  if (code === 'XX' || code === UNKNOWN_COUNTRY) return 'Unknown country';
  // Whatever else stands there is told as it is.
  return /^[A-Z]{2}$/.test(code) ? (regions.of(code) ?? code) : code;
}
