import type { Geometry, Position } from 'geojson';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import { cutAtDateLine } from './date-line.ts';
import type { World } from './threat-map.ts';

/** The borders, made by `scripts/local/world.ts`; null when they could not be loaded. */
export async function loadWorld(): Promise<World | null> {
  const response = await fetch('/dashboard/world.json').catch(() => null);
  if (response === null || !response.ok) return null;
  const topology: Topology<{ countries: GeometryCollection<{ readonly name?: string }> }> = await response.json();
  const world = feature(topology, topology.objects.countries);
  return { ...world, features: world.features.map((country) => ({ ...country, geometry: flatten(country.geometry) })) };
}

function flatten(geometry: Geometry): Geometry {
  if (geometry.type === 'Polygon') return { type: 'MultiPolygon', coordinates: cutPolygon(geometry.coordinates) };
  if (geometry.type !== 'MultiPolygon') return geometry;
  return { type: 'MultiPolygon', coordinates: geometry.coordinates.flatMap((polygon) => cutPolygon(polygon)) };
}

/** No country has a hole where it crosses the line: its outline is cut, and its holes stay with the first part. */
function cutPolygon([outline = [], ...holes]: readonly Position[][]): Position[][][] {
  const [first = [], ...others] = cutAtDateLine(outline);
  return [[[...first], ...holes], ...others.map((part) => [part])];
}
