import { programScheme } from './url-scheme.ts';

/** Attributes that hold addresses which browsers follow or load, and those of SVG that set such an attribute. */
const ADDRESSES = new Set([
  'href',
  'xlink:href',
  'src',
  'action',
  'formaction',
  'data',
  'background',
  'poster',
  'lowsrc',
  'dynsrc',
  'code',
  'codebase',
  'classid',
  'to',
  'from',
  'by',
  'values',
  'folder',
  'ev:handler',
  'handler',
  'srcset',
  'ping',
  'manifest',
  'cite',
  'longdesc',
  'usemap',
  'archive',
  'value',
]);

/** Beginnings of English and of framework words that are no handlers. */
const NO_HANDLERS = new Set(['one', 'only', 'once', 'onto', 'online', 'ongoing', 'onboarding', 'onward']);

/** What a handler outside a tag must hold: there, `onclick="x"` is as likely prose. */
const ACTS = /[(`=[\\&:]/;

/**
 * JSX that names a function, or begins to make one: `{save}`, `{()`, `{async`, `{e=`. HTML ends an unquoted value at a blank and
 * at the `>` of an arrow, so that no more of it is a handler, and none of it calls anything.
 */
const JSX = /^\{(?:[\w$.]+\}\/?|[\w$.]+=?|\([\w$,{}]*(?:\)=?)?)$/;

/** What a style must hold to run something or to load it. */
const STYLE_ACTS =
  /expression\(|javascript:|vbscript:|behaviou?r:|-moz-binding|@import|url\(['"]?(?:data:text|\/\/|https?:)/;

/** Links by which a page takes in another's styles or elements. */
const LOADING_LINK = /stylesheet|import|modulepreload/i;

/** Headers in a page that change nothing but how it is read. */
const HONEST_META = /^\s*(?:content-type|content-language|x-ua-compatible)\b/i;

/** Charsets in which harmless bytes are tags. */
const ODD_CHARSET = /utf-?7|^\s*x-(?:imap|mac)|iso-2022|hz-gb/i;

/** What an attribute betrays, in short words, or null. Names are lower-case; `tag` is empty outside a tag. */
export function judgeAttribute(tag: string, name: string, value: string): string | null {
  if (isHandler(name)) {
    const isHonest = (tag === '' && !ACTS.test(value)) || JSX.test(value);
    return isHonest ? null : `handler ${name}`;
  }
  if (name === 'style') return isActiveStyle(value, tag === '') ? 'style' : null;
  if (name === 'srcdoc') return /[<&]/.test(value) ? 'attribute srcdoc' : null;
  if (ADDRESSES.has(name)) {
    const scheme = programScheme(value);
    return scheme === null ? null : `scheme ${scheme}`;
  }
  if (tag === 'style' && name === 'type') return /script/i.test(value) ? 'tag style' : null;
  if (tag === 'link' && name === 'rel') return LOADING_LINK.test(value) ? 'tag link' : null;
  if (tag === 'meta' && name === 'http-equiv') return HONEST_META.test(value) ? null : 'tag meta';
  if (tag === 'meta' && (name === 'charset' || name === 'content'))
    return ODD_CHARSET.test(value) ? 'meta charset' : null;
  if (name === 'attributename' && /^\s*(?:on|(?:xlink:)?href)/i.test(value)) return 'attribute attributename';
  return null;
}

export function isHandler(name: string): boolean {
  return name.length > 4 && name.startsWith('on') && /^[a-z]+$/.test(name) && !NO_HANDLERS.has(name);
}

/** Whether CSS runs or loads something, read without the comments and escapes that hide it. */
export function isActiveStyle(css: string, isStrict: boolean): boolean {
  const plain = bare(css).toLowerCase();
  return STYLE_ACTS.test(plain) && (!isStrict || plain.includes('('));
}

/** CSS without comments, blanks and backslashes. */
function bare(css: string): string {
  let out = '';
  let from = 0;
  for (let open = css.indexOf('/*'); open >= 0; open = css.indexOf('/*', from)) {
    out += css.slice(from, open);
    const close = css.indexOf('*/', open + 2);
    from = close < 0 ? css.length : close + 2;
  }
  return (out + css.slice(from)).replaceAll(/[\\\s]/g, '');
}
