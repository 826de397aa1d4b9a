import { array, assert, boolean, constantFrom, double, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GeometryCollection, Topology } from 'topojson-specification';
import { simplifyArc } from '../../../scripts/local/simplify-arc.ts';
import { buildWorld } from '../../../scripts/local/world.ts';
import { clusterPlaces } from '../../../src/dashboard/geo/clusters.ts';
import { coloPosition } from '../../../src/dashboard/geo/colo-places.ts';
import { HALF_HEIGHT, HALF_WIDTH, projectDegrees, unprojectPlane } from '../../../src/dashboard/geo/equal-earth.ts';
import { flightPhase } from '../../../src/dashboard/geo/flights.ts';
import { sightingOf, type Sighting } from '../../../src/dashboard/geo/sighting.ts';
import { mainCategory, tallySightings, worstOutcome } from '../../../src/dashboard/geo/tally.ts';

const BERLIN = { latitude: 52.52, longitude: 13.41 };

function sighting(part: Partial<Sighting>): Sighting {
  return {
    n: 1,
    at: 1000,
    outcome: 'block',
    category: 'sqli',
    country: 'DE',
    city: 'Berlin',
    position: BERLIN,
    colo: 'TXL',
    ...part,
  };
}

const sum = (counts: readonly { readonly total: number }[]) => counts.reduce((n, { total }) => n + total, 0);

/** Area of the picture of all that lies between two latitudes. */
const strip = (south: number, north: number) => {
  let area = 0;
  for (let at = south; at < north; at += 0.01) {
    const [width] = projectDegrees(at + 0.005, 180);
    area += 2 * width * (projectDegrees(at + 0.01, 0)[1] - projectDegrees(at, 0)[1]);
  }
  return area;
};

/** The same on a sphere, but for a factor. */
const sines = (south: number, north: number) => Math.sin((north * Math.PI) / 180) - Math.sin((south * Math.PI) / 180);

describe('what the map counts', () => {
  test('nothing is dropped: what has no coordinates is counted, with its country or without', () => {
    const tally = tallySightings([
      sighting({}),
      sighting({ position: null }),
      sighting({ position: null, country: null, outcome: 'limit', category: null }),
    ]);
    expect(tally.all.total).toBe(3);
    expect(tally.unplaced).toBe(2);
    expect(tally.stateless).toBe(1);
    expect(tally.countries).toMatchObject([{ code: 'DE', total: 2, unplaced: 1 }]);
    expect(tally.places).toMatchObject([{ total: 1, city: 'Berlin', country: 'DE' }]);
  });

  test('a place has the colour of the worst that was done there, and its most frequent category', () => {
    const { all } = tallySightings([
      sighting({ outcome: 'log', category: 'xss' }),
      sighting({ outcome: 'log', category: 'xss' }),
      sighting({ outcome: 'challenge', category: null }),
    ]);
    expect(worstOutcome(all)).toBe('challenge');
    expect(mainCategory(all)).toBe('xss');
  });

  test('sums are kept by place, by country and by cluster, whatever comes', () => {
    const some = record({
      latitude: double({ min: -90, max: 90, noNaN: true }),
      longitude: double({ min: -180, max: 180, noNaN: true }),
      placed: boolean(),
      country: constantFrom('DE', 'US', null),
    });
    assert(
      property(array(some, { maxLength: 60 }), (all) => {
        const tally = tallySightings(
          all.map(({ latitude, longitude, placed, country }, n) =>
            sighting({ n, country, position: placed ? { latitude, longitude } : null }),
          ),
        );
        expect(sum(tally.places) + tally.unplaced).toBe(all.length);
        expect(sum(tally.countries) + tally.stateless).toBe(all.length);
        const clusters = clusterPlaces(tally.places, ({ position: { latitude: y, longitude: x } }) => ({ x, y }), 20);
        expect(sum(clusters.map(({ counts }) => counts))).toBe(all.length - tally.unplaced);
      }),
    );
  });

  test('markers that would lie on one another become one, where most came from; others stand alone', () => {
    const near = { latitude: 52.4, longitude: 13.1 };
    const far = { latitude: -33.9, longitude: 151.2 };
    const { places } = tallySightings([
      sighting({}),
      sighting({}),
      sighting({}),
      sighting({ position: near }),
      sighting({ position: far }),
    ]);
    const clusters = clusterPlaces(places, ({ position: { latitude: y, longitude: x } }) => ({ x, y }), 5);
    expect(clusters.map(({ counts, places }) => [counts.total, places.length])).toEqual([
      [4, 2],
      [1, 1],
    ]);
    expect(clusters[0]?.x).toBeCloseTo(13.41 - 0.31 / 4);
  });

  test('an event without a client, and coordinates off the globe, have no place', () => {
    const event = { id: 'a', n: 7, at: 5, outcome: 'block', reason: '', seq: 0 } as const;
    expect(sightingOf({ ...event, kind: 'system' })).toBeNull();
    const client = { ip: '192.0.2.1', latitude: 91, longitude: 0 };
    expect(sightingOf({ ...event, kind: 'request', client })).toMatchObject({ n: 7, position: null, country: null });
  });
});

describe('the drawing of the world', () => {
  test('the projection goes there and back, and keeps areas', () => {
    assert(
      property(
        double({ min: -89, max: 89, noNaN: true }),
        double({ min: -180, max: 180, noNaN: true }),
        (latitude, longitude) => {
          const [back, around] = unprojectPlane(...projectDegrees(latitude, longitude));
          expect(back).toBeCloseTo(latitude, 6);
          expect(around).toBeCloseTo(longitude, 5);
        },
      ),
    );
    // A strip of the sphere between two latitudes has an area by the difference of their sines; so must its picture.
    expect(strip(60, 70) / strip(0, 10)).toBeCloseTo(sines(60, 70) / sines(0, 10), 3);
    expect(HALF_WIDTH / HALF_HEIGHT).toBeCloseTo(2.0546, 3);
  });

  test('the borders are those of the world, by two-letter codes, and small enough to be loaded', async () => {
    const text = await buildWorld();
    const world: Topology<{ countries: GeometryCollection }> = JSON.parse(text);
    const codes = world.objects.countries.geometries.map(({ id }) => id);
    expect(codes).toEqual(expect.arrayContaining(['DE', 'US', 'BR', 'IN', 'ZA', 'AU', 'XK']));
    expect(codes).not.toContain('AQ');
    expect(codes.filter((code) => code !== undefined).length).toBeGreaterThan(170);
    expect(text.length).toBeLessThan(80_000);
  });

  test('a border keeps its ends, and an island stays one', () => {
    const coast = Array.from({ length: 50 }, (_, i) => [i, i % 2] as const);
    expect(simplifyArc(coast)).toEqual([coast[0], expect.anything(), coast.at(-1)]);
    const island = [
      [0, 0],
      [2, 1],
      [3, 4],
      [1, 5],
      [-1, 3],
      [-1, 1],
      [0, 0],
    ] as const;
    expect(simplifyArc(island)).toHaveLength(5);
  });

  test('a flight travels, arrives and is over', () => {
    expect(flightPhase(0)).toMatchObject({ head: 0, ring: null, strength: 1 });
    expect(flightPhase(800)).toMatchObject({ head: 1, ring: 0 });
    expect(flightPhase(10_000)).toBeNull();
    expect(flightPhase(-1)).toBeNull();
  });

  test('a data centre that is known has a place, and another has none', () => {
    expect(coloPosition('FRA')).toEqual({ latitude: 50, longitude: 8.6 });
    expect(coloPosition('XXX')).toBeNull();
    expect(coloPosition(undefined)).toBeNull();
  });
});
