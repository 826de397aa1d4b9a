import { plain } from './plain.ts';

/** `1,234`. */
export function count(n: number): string {
  return n.toLocaleString('en-US');
}

/** `1 threat`, `1,234 threats`: what is counted takes an s. */
export function countOf(n: number, one: string): string {
  return `${count(n)} ${one}${n === 1 ? '' : 's'}`;
}

/** `79 kB`, as SI has it. */
export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  return n < 999_500 ? `${Math.round(n / 1000)} kB` : `${(n / 1_000_000).toFixed(1)} MB`;
}

/** The largest first: `block 12, challenge 3`. Empty when nothing was counted. */
export function topCounts(counts: Readonly<Record<string, number>>, most: number): string {
  return Object.entries(counts)
    .filter(([, n]) => n > 0)
    .sort(([, a], [, b]) => b - a)
    .slice(0, most)
    .map(([name, n]) => `${plain(name)} ${count(n)}`)
    .join(', ');
}
