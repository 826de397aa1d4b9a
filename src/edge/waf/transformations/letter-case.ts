/** Bytes above 127, to which JavaScript gives a case and ModSecurity none. */
const HIGH = /[\x80-\xff]/;

/** ASCII alone. V8 does it by words of eight bytes, but by Unicode's rules: right as long as all is ASCII. */
export function lowercase(text: string): string {
  const changed = text.toLowerCase();
  return changed !== text && HIGH.test(text) ? text.replace(/[A-Z]+/g, (run) => run.toLowerCase()) : changed;
}

export function uppercase(text: string): string {
  const changed = text.toUpperCase();
  return changed !== text && HIGH.test(text) ? text.replace(/[a-z]+/g, (run) => run.toUpperCase()) : changed;
}
