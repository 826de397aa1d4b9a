/** ASCII alone: a byte above 127 has no case. */
export function lowercase(text: string): string {
  return shift(text, 65, /[A-Z]+/g, (run) => run.toLowerCase());
}

export function uppercase(text: string): string {
  return shift(text, 97, /[a-z]+/g, (run) => run.toUpperCase());
}

/** `first` is the code of the letters' first. */
function shift(text: string, first: number, letters: RegExp, change: (run: string) => string): string {
  let isAscii = true;
  let found = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= first && code < first + 26) found = true;
    else if (code > 127) isAscii = false;
  }
  if (!found) return text;
  return isAscii ? change(text) : text.replace(letters, change);
}
