/**
 * Texts drawn from a grammar: each symbol has alternatives, in which `‹name›` stands for another symbol. The angle quotes occur
 * in no attack language, so that nothing needs escaping.
 */
export type Grammar = Readonly<Record<string, readonly string[]>>;

/** Deeper nesting is cut off: a grammar may refer to itself. */
const DEPTH = 8;

const REFERENCE = /‹(\w+)›/g;

/** One text of `symbol`. Throws on a symbol that the grammar lacks: that is a slip in the grammar. */
export function expand(grammar: Grammar, symbol: string, random: () => number, depth = 0): string {
  const alternatives = grammar[symbol];
  if (alternatives === undefined) throw new Error(`the grammar has no ${symbol}`);
  if (depth > DEPTH) return '1';
  return choose(alternatives, random).replace(REFERENCE, (_, name: string) => expand(grammar, name, random, depth + 1));
}

export function choose<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)]!;
}
