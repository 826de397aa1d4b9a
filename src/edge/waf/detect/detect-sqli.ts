import { SqlGrammar } from './sqli/grammar.ts';

/** Blanks, quotes and the signs of which SQL is made. */
const SIGNS = [
  ...Array.from('\'"()=<>;#/*|&'),
  '\u00a0',
  ...Array.from({ length: 33 }, (_, code) => String.fromCharCode(code)),
];

/** Of these, at least one stands in every text that `detectSqli` takes for an injection. */
export const SQLI_TRIGGERS: readonly string[] = [...SIGNS, '--'];

const IS_SIGN = new Uint8Array(256);
for (const sign of SIGNS) IS_SIGN[sign.charCodeAt(0)] = 1;

const DASH = 45;
const QUOTES = [0, 39, 34] as const;
const grammar = new SqlGrammar();

/**
 * Tells whether a text (a byte string, decoded) is SQL injection: whether SQL goes on in it after the value that the query
 * expected, be that a number, or a string in single or in double quotes. Answers the fingerprint of the reading that judged it,
 * a letter for each token, or null. Linear in the text, whatever its bytes; never throws; allocates nothing but its answer.
 */
export function detectSqli(text: string): string | null {
  if (!hasSign(text)) return null;
  for (const quote of QUOTES) {
    if (quote !== 0 && text.indexOf(quote === 39 ? "'" : '"') < 0) continue;
    const fingerprint = grammar.judge(text, quote, false);
    if (fingerprint !== null) return fingerprint;
    if (!grammar.isAmbiguous) continue;
    const ofMySql = grammar.judge(text, quote, true);
    if (ofMySql !== null) return ofMySql;
  }
  return null;
}

/** One word, however long, is no injection. */
function hasSign(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (IS_SIGN[code & 255] === 1 || (code === DASH && text.charCodeAt(at + 1) === DASH)) return true;
  }
  return false;
}
