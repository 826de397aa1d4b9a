import { SqlGrammar } from './sqli/grammar.ts';

const grammar = new SqlGrammar();
const QUOTES = [0, 39, 34] as const;

/**
 * Tells whether a text (a byte string, decoded) is SQL injection: whether SQL goes on in it after the value that the query
 * expected, be that a number, or a string in single or in double quotes. Answers the fingerprint of the reading that judged it,
 * a letter for each token, or null. Linear in the text, whatever its bytes; never throws; allocates nothing but its answer.
 */
export function detectSqli(text: string): string | null {
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
