/** A line that stays, goes or comes. */
export interface DiffLine {
  readonly kind: 'same' | 'gone' | 'new';
  readonly text: string;
}

/** More differences than this in one part are no edit but another text, told as such: the search takes quadratic time in them. */
const MOST_EDITS = 1500;

/** The shortest way from one text to the other, line by line (Myers' greedy search, An O(ND) Difference Algorithm, 1986). */
export function diffLines(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  while (
    tail < before.length - head &&
    tail < after.length - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  )
    tail++;
  const a = before.slice(head, before.length - tail);
  const b = after.slice(head, after.length - tail);
  return [
    ...lines('same', before.slice(0, head)),
    ...(walk(a, b) ?? [...lines('gone', a), ...lines('new', b)]),
    ...lines('same', before.slice(before.length - tail)),
  ];
}

/** Only the differences, each with some lines around it; null stands for lines left out. */
export function hunks(diff: readonly DiffLine[], around = 3): readonly (DiffLine | null)[] {
  const near = new Set<number>();
  for (const [at, { kind }] of diff.entries()) {
    if (kind !== 'same') for (let i = at - around; i <= at + around; i++) near.add(i);
  }
  const shown: (DiffLine | null)[] = [];
  for (const [at, line] of diff.entries()) {
    if (near.has(at)) shown.push(line);
    else if (shown.at(-1) !== null) shown.push(null);
  }
  return shown;
}

function lines(kind: DiffLine['kind'], texts: readonly string[]): readonly DiffLine[] {
  return texts.map((text) => ({ kind, text }));
}

/** Null where there are more than MOST_EDITS differences. */
function walk(a: readonly string[], b: readonly string[]): readonly DiffLine[] | null {
  const most = Math.min(a.length + b.length, MOST_EDITS);
  const offset = most + 1;
  const reach = new Int32Array(2 * most + 3);
  const trace: Int32Array[] = [];
  for (let d = 0; d <= most; d++) {
    trace.push(reach.slice());
    for (let k = -d; k <= d; k += 2) {
      const left = reach[offset + k - 1] ?? 0;
      const right = reach[offset + k + 1] ?? 0;
      let x = k === -d || (k !== d && left < right) ? right : left + 1;
      let y = x - k;
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x++;
        y++;
      }
      reach[offset + k] = x;
      if (x >= a.length && y >= b.length) return trackBack(a, b, trace, offset);
    }
  }
  return null;
}

function trackBack(
  a: readonly string[],
  b: readonly string[],
  trace: readonly Int32Array[],
  offset: number,
): readonly DiffLine[] {
  const found: DiffLine[] = [];
  let x = a.length;
  let y = b.length;
  for (let d = trace.length - 1; d >= 0; d--) {
    const reach = trace[d];
    const k = x - y;
    const left = reach?.[offset + k - 1] ?? 0;
    const right = reach?.[offset + k + 1] ?? 0;
    const from = k === -d || (k !== d && left < right) ? k + 1 : k - 1;
    const fromX = reach?.[offset + from] ?? 0;
    const fromY = fromX - from;
    while (x > fromX && y > fromY && x > 0 && y > 0) {
      found.push({ kind: 'same', text: a[--x] ?? '' });
      y--;
    }
    if (d === 0) break;
    if (x === fromX) found.push({ kind: 'new', text: b[--y] ?? '' });
    else found.push({ kind: 'gone', text: a[--x] ?? '' });
  }
  return found.toReversed();
}
