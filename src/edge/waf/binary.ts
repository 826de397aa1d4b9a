/** Characters looked at, spread over the whole: a PDF begins like a text. */
const SAMPLE = 1024;
/** Too short to tell. */
const SHORT = 64;
/** Of random or packed bytes a tenth are such characters, of any text next to none. */
const SHARE = 1 / 32;

/**
 * True for what no text is: images, archives, packed data. Told by control characters, but for blanks and NUL, of which UTF-16
 * text is full. JSON and XML forbid them all (RFC 8259, section 7; XML 1.0, section 2.2), so a document cannot hide among them.
 */
export function isBinary(text: string): boolean {
  if (text.length < SHORT) return false;
  const step = Math.max(1, Math.floor(text.length / SAMPLE));
  let seen = 0;
  let controls = 0;
  for (let at = 0; at < text.length; at += step) {
    const code = text.charCodeAt(at);
    seen++;
    if (code > 0 && code < 32 && (code < 9 || code > 13)) controls++;
  }
  return controls > seen * SHARE;
}
