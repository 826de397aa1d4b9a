import { hasByte } from '../../../src/edge/waf/regex/byte-set.ts';
import type { Pattern } from '../../../src/edge/waf/regex/pattern.ts';

/**
 * Bytes that a backtracking engine would try in the worst case, where every path in the end fails: a naive search from every
 * start that never accepts. Stops at `limit`. This is what the linearity proof bounds, counted instead of timed.
 */
export function countBacktracking(pattern: Pattern, text: string, limit: number): number {
  let steps = 0;
  for (let start = 0; start <= text.length && steps < limit; start++) walk(pattern, start, () => undefined);
  return steps;

  function walk(node: Pattern, at: number, next: (at: number) => void): void {
    if (steps >= limit) return;
    switch (node.kind) {
      case 'bytes':
        steps++;
        if (at < text.length && hasByte(node.set, text.charCodeAt(at))) next(at + 1);
        return;
      case 'assertion':
        if (node.at !== 'start' || at === 0) next(at);
        return;
      case 'sequence':
        return walkParts(node.parts, 0, at, next);
      case 'choice':
        for (const option of node.options) walk(option, at, next);
        return;
      case 'repeat':
        return walkRepeat(node, 0, at, next);
      case 'group':
        return walk(node.body, at, next);
      case 'look':
        // Of those that are proven all look at one byte.
        steps++;
        next(at);
        return;
      case 'atomic':
      case 'reference':
        throw new Error(`${node.kind} is not counted`);
    }
  }

  function walkParts(parts: readonly Pattern[], index: number, at: number, next: (at: number) => void): void {
    const part = parts[index];
    if (part === undefined) next(at);
    else walk(part, at, (after) => walkParts(parts, index + 1, after, next));
  }

  function walkRepeat(node: Pattern & { kind: 'repeat' }, count: number, at: number, next: (at: number) => void): void {
    if (count < node.max) {
      walk(node.body, at, (after) => {
        if (after > at || count < node.min) walkRepeat(node, count + 1, after, next);
      });
    }
    if (count >= node.min) next(at);
  }
}
