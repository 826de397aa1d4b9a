import { plain } from './plain.ts';

/** `1,234`. */
export function count(n: number): string {
  return n.toLocaleString('en-US');
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
