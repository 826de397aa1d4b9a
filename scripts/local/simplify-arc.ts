/** In steps of the grid, of which the world is ten thousand wide. */
export type Point = readonly [x: number, y: number];

/** Points whose triangle with their neighbours is smaller than this go: about a pixel's worth on a map of 1,300 pixels. */
const LEAST_AREA = 150;

/**
 * Visvalingam's simplification of one border: the point that matters least goes first. The ends stay, since other borders meet there,
 * and so do enough points that no island becomes a line.
 */
export function simplifyArc(arc: readonly Point[]): readonly Point[] {
  const points = [...arc];
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return points;
  const closed = first[0] === last[0] && first[1] === last[1];
  const least = closed ? 5 : 3;
  while (points.length > least) {
    let smallest = Infinity;
    let at = 0;
    for (let i = 1; i < points.length - 1; i++) {
      const area = triangle(points[i - 1] ?? first, points[i] ?? first, points[i + 1] ?? first);
      if (area >= smallest) continue;
      smallest = area;
      at = i;
    }
    if (smallest >= LEAST_AREA) break;
    points.splice(at, 1);
  }
  return points;
}

function triangle(a: Point, b: Point, c: Point): number {
  return Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2;
}
