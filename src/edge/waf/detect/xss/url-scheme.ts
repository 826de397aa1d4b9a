import { rewrite } from '../../transformations/edits.ts';
import { htmlEntityDecode } from '../../transformations/html-entity-decode.ts';

/** Schemes whose address is a program. */
const PROGRAMS = new Set(['javascript', 'vbscript', 'livescript', 'jscript', 'mocha']);

/** Schemes whose address is another address. */
const WRAPPERS = new Set(['view-source', 'feed']);

/** The longest of all these; what goes on for longer without a colon is no scheme. */
const SCHEME_LIMIT = 11;

/** Media types that no browser runs, whatever their data. */
const INERT_DATA =
  /^(?:image\/(?!svg)|audio\/|video\/|font\/|text\/(?:plain|css|csv)|application\/(?:font|x-font|pdf|json|octet-stream|vnd\.))/;

/** Bytes of a media type that tell what it is. */
const MEDIA_LIMIT = 40;

/** The scheme by which an address runs as a program (`javascript`, `data`), or null. Blanks inside it count as little as in browsers. */
export function programScheme(address: string): string | null {
  const text = address.includes('&') ? rewrite(address, htmlEntityDecode) : address;
  let scheme = '';
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code <= 32) continue;
    if (code !== 58) {
      if (scheme.length >= SCHEME_LIMIT) return null;
      scheme += String.fromCharCode(code | 32);
    } else if (WRAPPERS.has(scheme)) {
      scheme = '';
    } else if (scheme === 'data') {
      const media = text.slice(at + 1, at + 1 + MEDIA_LIMIT).toLowerCase();
      return INERT_DATA.test(media) ? null : scheme;
    } else {
      return PROGRAMS.has(scheme) ? scheme : null;
    }
  }
  return null;
}
