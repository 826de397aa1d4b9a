import { isActiveStyle, isHandler, judgeAttribute } from './attribute.ts';
import { Context, Html, HtmlTokenizer } from './html-tokenizer.ts';

/** Elements that run or replace the page by being there. */
const DANGEROUS = new Set(['script', 'applet', 'xss', 'isindex', 'frameset']);

/** Elements that do so by one of these attributes; without it, `Array<Object>` in code is one of them. */
const DANGEROUS_WITH = new Map<string, readonly string[]>([
  ['iframe', ['src', 'srcdoc', 'name']],
  ['frame', ['src']],
  ['embed', ['src', 'code', 'type']],
  ['object', ['data', 'classid', 'type', 'code', 'archive']],
  ['portal', ['src']],
  ['bgsound', ['src']],
  ['base', ['href']],
  ['xml', ['src', 'id']],
  ['import', ['implementation']],
]);

/** The standard's document type, and those of HTML 4 and XHTML; none has a subset of its own. */
const HONEST_DOCTYPE = /^doctype\s+html(?:\s+public\s+"-\/\/(?:w3c|ietf)\/\/[^[]*)?\s?$/i;

/** Longer than the longest of those. */
const DOCTYPE_LIMIT = 160;

/** Names are compared up to here; no element and no attribute that matters is longer. */
const NAME_LIMIT = 40;

const tokens = new HtmlTokenizer();

/** What in the text is script, when it stands where `context` says, in short words; null when nothing is. */
export function judgeHtml(text: string, context: number, isLegacy: boolean): string | null {
  tokens.begin(text, context, isLegacy);
  let tag = '';
  let name = '';
  let isInTag = context !== Context.Text;
  let styleFrom = -1;
  for (let kind = tokens.next(); kind !== Html.End; kind = tokens.next()) {
    const { start, end } = tokens;
    switch (kind) {
      case Html.OpenTag:
        if (styleFrom >= 0 && isActiveStyle(text.slice(styleFrom, start), false)) return 'tag style';
        styleFrom = -1;
        tag = localName(text, start, end);
        name = '';
        isInTag = true;
        if (DANGEROUS.has(tag)) return `tag ${tag}`;
        break;
      case Html.AttributeName:
        name = end - start > NAME_LIMIT ? '' : text.slice(start, end).toLowerCase();
        if (DANGEROUS_WITH.get(tag)?.includes(name) === true) return `tag ${tag}`;
        break;
      case Html.AttributeValue: {
        const why = isInTag ? judgeValue(text, tag, name) : null;
        if (why !== null) return why;
        name = '';
        break;
      }
      case Html.TagEnd:
        if (tag === 'style') styleFrom = end;
        tag = '';
        isInTag = false;
        break;
      case Html.SelfClose:
        tag = '';
        isInTag = false;
        break;
      case Html.CloseTag:
        if (styleFrom >= 0 && isActiveStyle(text.slice(styleFrom, start), false)) return 'tag style';
        styleFrom = -1;
        break;
      case Html.Comment: {
        const why = judgeComment(text, start, end);
        if (why !== null) return why;
        break;
      }
      case Html.Doctype:
        if (!HONEST_DOCTYPE.test(text.slice(start, Math.min(end, start + DOCTYPE_LIMIT)))) return 'doctype';
        break;
      case Html.Text:
        break;
    }
  }
  if (styleFrom >= 0 && isActiveStyle(text.slice(styleFrom), false)) return 'tag style';
  // The text is cut where the value should be.
  return tag === 'meta' && name === 'http-equiv' ? 'tag meta' : null;
}

/** The name after a namespace's prefix, lower-case. */
function localName(text: string, start: number, end: number): string {
  const name = text.slice(start, Math.min(end, start + NAME_LIMIT)).toLowerCase();
  const colon = name.lastIndexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

function judgeValue(text: string, tag: string, name: string): string | null {
  if (name === '') return null;
  const { start, end, quote } = tokens;
  if (start === end) return null;
  // Outside a tag, code assigns to `onload` with blanks around the sign; an attacker who closed a quote need not.
  if (tag === '' && quote === 0 && isHandler(name) && text.charCodeAt(start - 1) <= 32) return null;
  return judgeAttribute(tag, name, text.slice(start, end));
}

function judgeComment(text: string, start: number, end: number): string | null {
  const head = text.slice(start, Math.min(end, start + NAME_LIMIT)).toLowerCase();
  if (head.startsWith('entity')) return 'entity';
  // Old browsers run what such a comment holds.
  if (head.startsWith('[if') && /<script/i.test(text.slice(start, end))) return 'conditional comment';
  if (head.startsWith('import') || head.startsWith('xml-stylesheet'))
    return `instruction ${head.startsWith('i') ? 'import' : 'xml-stylesheet'}`;
  return null;
}
