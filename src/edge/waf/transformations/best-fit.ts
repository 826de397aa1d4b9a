/**
 * What servers make of a character that their ASCII code page lacks: Windows' best-fit mapping for code page 20127, with which
 * CRS configures `%uHHHH`. Without it, `%u2215` hides a slash and `%u02b9` a quote.
 */
const FROM_A0 =
  ' !c\u00a3$Y|\u00a7\u00a8Ca<\u00ac-R\u00af\u00b0\u00b123\u00b4\u00b5\u00b6.,1o>\u00bc\u00bd\u00be\u00bf' +
  'AAAAAAACEEEEIIIIDNOOOOO\u00d7OUUUUY\u00de\u00dfaaaaaaaceeeeiiii\u00f0nooooo\u00f7ouuuuy\u00fey';

const PUNCTUATION = new Map<number, string>(
  Object.entries({
    '-': [0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212],
    "'": [0x2018, 0x2019, 0x201b, 0x2032, 0x2035, 0x02b9, 0x02bc, 0x02c8],
    '"': [0x201c, 0x201d, 0x201e, 0x201f, 0x02ba, 0x2033],
    ',': [0x201a],
    '.': [0x2024, 0x2026],
    '<': [0x2039, 0x2329, 0x3008],
    '>': [0x203a, 0x232a, 0x3009],
    '/': [0x2044, 0x2215],
    '\\': [0x2216],
    '*': [0x2217],
    '|': [0x2223],
    ':': [0x2236],
    '~': [0x223c],
  }).flatMap(([char, codes]) => codes.map((code) => [code, char] as const)),
);

/** The byte for a 16-bit code: best fit, full-width forms as the ASCII they look like, else the low byte. */
export function fitToByte(code: number): number {
  if (code >= 0xa0 && code <= 0xff) return FROM_A0.charCodeAt(code - 0xa0);
  if (code > 0xff00 && code < 0xff5f) return code - 0xff00 + 0x20;
  return PUNCTUATION.get(code)?.charCodeAt(0) ?? code & 0xff;
}
