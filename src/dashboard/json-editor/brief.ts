/** Values named of those that would do: who wants the others asks for completion. */
const NAMED = 8;

/** A list of values as valibot writes it: `("a" | "b" | ("c" | "d"))`. */
const CHOICES = /\((?:"[^"]*"|\("[^)]*\)|\s|\|)+\)/g;

/** A problem's message with long lists of what was expected cut short. */
export function sayBriefly(message: string): string {
  return message.replace(CHOICES, (list) => {
    const values = [...list.matchAll(/"[^"]*"/g)].map(([value]) => value);
    const more = values.length - NAMED;
    return more > 0 ? `(${values.slice(0, NAMED).join(' | ')} and ${more} more)` : list;
  });
}
