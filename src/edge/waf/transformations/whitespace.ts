/** C's `isspace` and the no-break space, as in ModSecurity. */
function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 160;
}

/** Each run of white space becomes one space. */
export function compressWhitespace(text: string): string {
  return replaceRuns(text, ' ');
}

export function removeWhitespace(text: string): string {
  return replaceRuns(text, '');
}

function replaceRuns(text: string, by: '' | ' '): string {
  let out = '';
  let from = 0;
  let changed = false;
  for (let at = 0; at < text.length; at++) {
    if (!isSpace(text.charCodeAt(at))) continue;
    let end = at + 1;
    while (end < text.length && isSpace(text.charCodeAt(end))) end++;
    if (by === '' || end - at > 1 || text.charCodeAt(at) !== 32) {
      out += text.slice(from, at) + by;
      from = end;
      changed = true;
    }
    at = end - 1;
  }
  return changed ? out + text.slice(from) : text;
}
