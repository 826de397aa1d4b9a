import { Context } from './xss/html-tokenizer.ts';
import { judgeHtml } from './xss/judge.ts';

/** Of these, at least one stands in every text that `detectXss` finds something in. */
export const XSS_TRIGGERS: readonly string[] = ['<', '='];

/**
 * Tells whether a text (a byte string, decoded) would run as script in a page that shows it: between tags, inside one, or in an
 * attribute's value with either quote or a backquote. Answers what gave it away, in short words (`tag script`, `handler onload`,
 * `scheme javascript`), or null. Linear in the text, whatever its bytes; never throws.
 */
export function detectXss(text: string): string | null {
  const hasTag = text.indexOf('<') >= 0;
  const hasValue = text.indexOf('=') >= 0;
  if (!hasTag && !hasValue) return null;
  if (hasTag) {
    const why = judgeHtml(text, Context.Text, false);
    if (why !== null) return why;
    if (text.includes('<%') || text.includes('<![CDATA[')) {
      const ofLegacy = judgeHtml(text, Context.Text, true);
      if (ofLegacy !== null) return ofLegacy;
    }
  }
  if (hasValue) {
    const why = judgeHtml(text, Context.InTag, false);
    if (why !== null) return why;
  }
  return (
    judgeQuoted(text, Context.DoubleQuoted, '"') ??
    judgeQuoted(text, Context.SingleQuoted, "'") ??
    judgeQuoted(text, Context.Backquoted, '`')
  );
}

function judgeQuoted(text: string, context: number, quote: string): string | null {
  return text.includes(quote) ? judgeHtml(text, context, false) : null;
}
