/** Each C comment becomes one space, as SQL engines read it; one that never closes swallows the rest. */
export function replaceComments(text: string): string {
  let open = text.indexOf('/*');
  if (open < 0) return text;
  let out = '';
  let from = 0;
  while (open >= 0) {
    out += text.slice(from, open) + ' ';
    const close = text.indexOf('*/', open + 2);
    if (close < 0) return out;
    from = close + 2;
    open = text.indexOf('/*', from);
  }
  return out + text.slice(from);
}
