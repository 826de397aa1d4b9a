import { rewrite } from '../../transformations/edits.ts';
import { htmlEntityDecode } from '../../transformations/html-entity-decode.ts';

/** Schemes whose address is a program. */
const PROGRAMS = new Set(['javascript', 'vbscript', 'livescript', 'jscript', 'mocha']);

/** Media types that no browser runs, whatever their data. */
const INERT_DATA =
  /^(?:image\/(?!svg)|audio\/|video\/|font\/|text\/(?:plain|css|csv)|application\/(?:font|x-font|pdf|json|octet-stream|vnd\.))/;

/** Longest part of an address that is looked at: no scheme and no media type is longer, even with an entity for every character. */
const HEAD_LIMIT = 512;

/** The scheme by which an address runs as a program (`javascript`, `data`), or null. Blanks inside it count as little as in browsers. */
export function programScheme(address: string): string | null {
  let head = address.slice(0, HEAD_LIMIT);
  if (head.includes('&')) head = rewrite(head, htmlEntityDecode);
  const colon = head.indexOf(':');
  if (colon < 0) return null;
  let scheme = '';
  for (let at = 0; at < colon; at++) if (head.charCodeAt(at) > 32) scheme += head.charAt(at);
  scheme = scheme.toLowerCase();
  if (PROGRAMS.has(scheme)) return scheme;
  if (scheme === 'view-source' || scheme === 'feed') return programScheme(head.slice(colon + 1));
  if (scheme !== 'data') return null;
  return INERT_DATA.test(
    head
      .slice(colon + 1)
      .trimStart()
      .toLowerCase(),
  )
    ? null
    : scheme;
}
