import { rewrite } from '../waf/transformations/edits.ts';
import { htmlEntityDecode } from '../waf/transformations/html-entity-decode.ts';
import { urlDecodeUni } from '../waf/transformations/url-decode-uni.ts';

export interface Revealed {
  readonly text: string;
  /** How many layers of encoding came off: honest values rarely have one, disguised attacks several. */
  readonly layers: number;
}

/** More layers than an origin would ever take off are not looked under. */
const PERCENT_PASSES = 2;

const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u00([0-9a-fA-F]{2}))/g;
/** UTF-8 forbids these two first bytes: they are only ever an overlong way to write ASCII (RFC 3629, section 3). */
const OVERLONG = /[\xc0\xc1]([\x00-\xff])/g;

/**
 * Takes off what hides a value from its reader: further percent-encoding, HTML entities, `\x` and `\u` escapes, overlong
 * UTF-8. Byte string to byte string, linear; the same string when there is nothing to take off.
 */
export function reveal(value: string): Revealed {
  let text = value;
  let layers = 0;
  for (let pass = 0; pass < PERCENT_PASSES && text.includes('%'); pass++) {
    // A plus is a plus here: the first decoding, by the view, has turned blanks back already.
    const decoded = rewrite(text.includes('+') ? text.replaceAll('+', '%2b') : text, urlDecodeUni);
    if (decoded === text) break;
    text = decoded;
    layers++;
  }
  if (text.includes('&')) {
    const decoded = rewrite(text, htmlEntityDecode);
    if (decoded !== text) layers++;
    text = decoded;
  }
  if (text.includes('\\')) {
    const decoded = text.replace(ESCAPE, (_, hex?: string, unicode?: string) =>
      String.fromCharCode(Number.parseInt(hex ?? unicode ?? '0', 16)),
    );
    if (decoded !== text) layers++;
    text = decoded;
  }
  if (text.includes('\xc0') || text.includes('\xc1')) {
    text = text.replace(OVERLONG, (pair, second: string) =>
      String.fromCharCode(((pair.charCodeAt(0) & 3) << 6) | (second.charCodeAt(0) & 63)),
    );
    layers++;
  }
  return { text, layers };
}
