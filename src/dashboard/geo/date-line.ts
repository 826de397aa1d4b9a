import type { Position } from 'geojson';

/**
 * The borders' source thinks on a sphere, where a country may cross the 180th meridian; on a flat map its outline would run back across
 * the whole world. Answers the ring as one or two that stay on their side. Longitude first, as in GeoJSON.
 */
export function cutAtDateLine(ring: readonly Position[]): readonly Position[][] {
  let shift = 0;
  let crosses = false;
  const unrolled = ring.map(([longitude = 0, latitude = 0], i): Position => {
    const step = i === 0 ? 0 : longitude - (ring[i - 1]?.[0] ?? longitude);
    if (Math.abs(step) > 180) {
      shift -= Math.sign(step) * 360;
      crosses = true;
    }
    return [longitude + shift, latitude];
  });
  if (!crosses) return [[...ring]];
  // One that began in the west and went out of it to the left is brought back to the east.
  const west = unrolled.some(([longitude = 0]) => longitude < -180);
  const eastward = west
    ? unrolled.map(([longitude = 0, latitude = 0]): Position => [longitude + 360, latitude])
    : unrolled;
  const east = clip(eastward, (longitude) => 180 - longitude);
  const beyond = clip(eastward, (longitude) => longitude - 180);
  return [east, beyond.map(([longitude = 0, latitude = 0]): Position => [longitude - 360, latitude])].filter(
    (part) => part.length > 3,
  );
}

/** What of a ring lies where `inside` is not negative (Sutherland and Hodgman). */
function clip(ring: readonly Position[], inside: (longitude: number) => number): Position[] {
  const kept: Position[] = [];
  ring.forEach(([x = 0, y = 0], i) => {
    const [px = x, py = y] = ring[i - 1] ?? ring.at(-1) ?? [];
    const here = inside(x);
    const before = inside(px);
    if (here >= 0 !== before >= 0) {
      const t = before / (before - here);
      kept.push([px + (x - px) * t, py + (y - py) * t]);
    }
    if (here >= 0) kept.push([x, y]);
  });
  const [first] = kept;
  return first === undefined ? [] : [...kept, first];
}
