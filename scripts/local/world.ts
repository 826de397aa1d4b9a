import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { GeometryCollection, Polygon, MultiPolygon, Topology } from 'topojson-specification';
import { simplifyArc, type Point } from './simplify-arc.ts';

/** Nobody's requests come from there, and it would take a fifth of the map. */
const LEFT_OUT = new Set(['AQ']);
/** Countries without a number of their own in ISO 3166 which Cloudflare has a code for. */
const CODES_BY_NAME: Readonly<Record<string, string>> = { Kosovo: 'XK' };

/** Steps of the file's grid to one of ours: 0.036 degrees by 0.017, an eighth of a pixel on a map of 1,300 pixels. */
const COARSER = 10;

type Country = Polygon<{ readonly name?: string }> | MultiPolygon<{ readonly name?: string }>;

/**
 * The world's borders as the page loads them: TopoJSON of world-atlas (Natural Earth, 1:110 million), simplified border by border, so
 * that neighbours still share theirs, with each country's two-letter code as its id, as Cloudflare names countries.
 */
export async function buildWorld(): Promise<string> {
  const file = createRequire(import.meta.url).resolve('world-atlas/countries-110m.json');
  const world: Topology<{ countries: GeometryCollection<{ readonly name?: string }> }> = JSON.parse(
    await readFile(file, 'utf8'),
  );
  const arcs = world.arcs.map((arc) => fromDeltas(arc));
  const countries = world.objects.countries.geometries.flatMap((geometry): Country[] => {
    if (geometry.type !== 'Polygon' && geometry.type !== 'MultiPolygon') return [];
    const { id: _number, properties: _properties, ...shape } = geometry;
    const code = codeOf(geometry.id, geometry.properties?.name);
    if (code === null) return [shape];
    return LEFT_OUT.has(code) ? [] : [{ ...shape, id: code }];
  });
  // Arcs are named by place; ~i is arc i backwards.
  const kept: (readonly Point[])[] = [];
  const places = new Map<number, number>();
  const renumber = (arc: number): number => {
    const index = arc < 0 ? ~arc : arc;
    const known = places.get(index);
    const place = known ?? kept.push(simplifyArc(arcs[index] ?? [])) - 1;
    places.set(index, place);
    return arc < 0 ? ~place : place;
  };
  const geometries = countries.map((country): Country =>
    country.type === 'Polygon'
      ? { ...country, arcs: country.arcs.map((ring) => ring.map(renumber)) }
      : { ...country, arcs: country.arcs.map((polygon) => polygon.map((ring) => ring.map(renumber))) },
  );
  return JSON.stringify({
    type: 'Topology',
    transform: world.transform && { ...world.transform, scale: world.transform.scale.map((step) => step * COARSER) },
    objects: { countries: { type: 'GeometryCollection', geometries } },
    arcs: kept.map(toDeltas),
  });
}

/** World-atlas has ISO 3166's numbers; the runtime's own table of regions knows which letters they stand for. */
function codeOf(id: string | number | undefined, name: string | undefined): string | null {
  if (id === undefined) return CODES_BY_NAME[name ?? ''] ?? null;
  const region = new Intl.Locale(`und-${id}`).region;
  return region !== undefined && /^[A-Z]{2}$/.test(region) ? region : null;
}

/** Each position of a quantized arc is the distance from the one before. Answers positions on the coarser grid. */
function fromDeltas(arc: readonly (readonly number[])[]): readonly Point[] {
  let x = 0;
  let y = 0;
  return arc.map(([dx = 0, dy = 0]) => {
    x += dx;
    y += dy;
    return [Math.round(x / COARSER), Math.round(y / COARSER)];
  });
}

function toDeltas(arc: readonly Point[]): readonly Point[] {
  return arc.map(([x, y], i) => {
    const before = arc[i - 1];
    return before === undefined ? [x, y] : [x - before[0], y - before[1]];
  });
}
