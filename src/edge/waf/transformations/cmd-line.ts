/**
 * Undoes what shells ignore: drops `\ " ' ^`, turns `,` and `;` into spaces, drops spaces before `/` and `(`, makes runs of
 * white space one space, and lower-cases.
 */
export function cmdLine(text: string): string {
  let out = '';
  let from = 0;
  let space = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    switch (code) {
      case 34:
      case 39:
      case 92:
      case 94:
        out += text.slice(from, at);
        from = at + 1;
        break;
      case 9:
      case 10:
      case 13:
      case 32:
      case 44:
      case 59:
        out += text.slice(from, at);
        from = at + 1;
        space = true;
        break;
      default:
        if (!space) break;
        if (code !== 47 && code !== 40) out += ' ';
        space = false;
    }
  }
  if (from === 0) return lowercase(text);
  return lowercase(out + text.slice(from) + (space ? ' ' : ''));
}

/** ASCII alone: a byte above 127 has no case. */
export function lowercase(text: string): string {
  let isAscii = true;
  let hasUpper = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 65 && code <= 90) hasUpper = true;
    else if (code > 127) isAscii = false;
  }
  if (!hasUpper) return text;
  return isAscii ? text.toLowerCase() : text.replace(/[A-Z]+/g, (upper) => upper.toLowerCase());
}
