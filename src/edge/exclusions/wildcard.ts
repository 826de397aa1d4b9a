/**
 * Whether `text` is what `pattern` says, in which `*` stands for any characters, none too. Remembers only the last star, which
 * is enough: a text that an earlier star could swallow, the last one can. At most `text.length` x `pattern.length` steps.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let swallowed = 0;
  while (at < text.length) {
    const code = pattern.charCodeAt(inPattern);
    if (code === STAR) {
      star = inPattern++;
      swallowed = at;
    } else if (code === text.charCodeAt(at)) {
      at++;
      inPattern++;
    } else if (star >= 0) {
      inPattern = star + 1;
      at = ++swallowed;
    } else return false;
  }
  while (pattern.charCodeAt(inPattern) === STAR) inPattern++;
  return inPattern === pattern.length;
}

const STAR = 42;
