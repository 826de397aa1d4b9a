/** True when the client would rather read HTML than a JSON problem (RFC 9110, section 12.5.1). A tie, as with curl's star, goes to JSON. */
export function prefersHtml(accept: string | null): boolean {
  if (accept === null || accept === '') return false;
  const ranges = parseAccept(accept);
  const html = Math.max(qualityOf(ranges, 'text', 'html'), qualityOf(ranges, 'application', 'xhtml+xml'));
  const json = Math.max(qualityOf(ranges, 'application', 'problem+json'), qualityOf(ranges, 'application', 'json'));
  return html > json;
}

/** Index of the offered media type that the client would rather have; of equals the first, and the first also when it wants none of them. */
export function preferredType(accept: string | null, offers: readonly string[]): number {
  if (accept === null || accept === '') return 0;
  const ranges = parseAccept(accept);
  let best = 0;
  let quality = 0;
  for (const [i, offer] of offers.entries()) {
    const [type = '', subtype = ''] = offer.split('/', 2);
    const wanted = qualityOf(ranges, type, subtype);
    if (wanted > quality) {
      best = i;
      quality = wanted;
    }
  }
  return best;
}

interface MediaRange {
  readonly type: string;
  readonly subtype: string;
  readonly quality: number;
}

/** A browser sends fewer than ten ranges. */
const RANGE_LIMIT = 32;

function parseAccept(accept: string): readonly MediaRange[] {
  return accept
    .slice(0, 2048)
    .toLowerCase()
    .split(',', RANGE_LIMIT)
    .map((part) => {
      const [range = '', ...parameters] = part.split(';');
      const [type = '', subtype = ''] = range.trim().split('/', 2);
      const q = parameters.map((p) => p.trim()).find((p) => p.startsWith('q='));
      const quality = q === undefined ? 1 : Number(q.slice(2));
      return { type, subtype, quality: quality >= 0 && quality <= 1 ? quality : 0 };
    });
}

/** The most specific range decides: `text/html` over `text/*` over `*` + `/*`. */
function qualityOf(ranges: readonly MediaRange[], type: string, subtype: string): number {
  let quality = 0;
  let best = -1;
  for (const range of ranges) {
    const specificity =
      range.type === type && range.subtype === subtype
        ? 2
        : range.type === type && range.subtype === '*'
          ? 1
          : range.type === '*' && range.subtype === '*'
            ? 0
            : -1;
    if (specificity > best) {
      best = specificity;
      quality = range.quality;
    }
  }
  return quality;
}
