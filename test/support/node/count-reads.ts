type Method = (this: string, ...args: unknown[]) => unknown;

type Count = (text: string, args: readonly unknown[], answer: unknown) => number;

/** How many characters a method of strings looks at, by what it was given and what it answered. */
const READS = new Map<string, Count>([
  ['charCodeAt', () => 1],
  // Searches go from where they begin to what they find, or to the end.
  ['indexOf', (text, [, from = 0], answer) => (Number(answer) < 0 ? text.length : Number(answer)) - Number(from) + 1],
  ['lastIndexOf', (text, [, from = text.length], answer) => Number(from) - Number(answer)],
  ['slice', (_, __, answer) => String(answer).length],
]);

/** Characters of strings that are looked at while `run` runs: work counted instead of timed. */
export function countReads(run: () => void): number {
  let reads = 0;
  const originals = [...READS].map(([name, count]) => ({
    name,
    count,
    original: Reflect.get(String.prototype, name) as Method,
  }));
  for (const { name, count, original } of originals) {
    Reflect.set(String.prototype, name, function (this: string, ...args: unknown[]) {
      const answer = original.apply(this, args);
      reads += count(this, args, answer);
      return answer;
    });
  }
  try {
    run();
  } finally {
    for (const { name, original } of originals) Reflect.set(String.prototype, name, original);
  }
  return reads;
}
