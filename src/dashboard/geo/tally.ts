import type { Position } from './colo-places.ts';
import { OUTCOMES, type Sighting } from './sighting.ts';

/** How many of what: of a place, of a country, of a cluster. */
export interface Counts {
  readonly total: number;
  readonly byOutcome: ReadonlyMap<string, number>;
  readonly byCategory: ReadonlyMap<string, number>;
  /** Unix milliseconds of the latest. */
  readonly last: number;
}

export interface Place extends Counts {
  readonly position: Position;
  readonly city: string | null;
  readonly country: string | null;
  /** Data centres that took the requests. */
  readonly colos: ReadonlySet<string>;
}

export interface Country extends Counts {
  readonly code: string;
  /** How many came without coordinates: the country counts them, no marker does. */
  readonly unplaced: number;
}

/** Everything that the map and its table say. */
export interface Tally {
  readonly all: Counts;
  /** The most first. */
  readonly places: readonly Place[];
  /** The most first. */
  readonly countries: readonly Country[];
  /** Without coordinates, with a country or without. */
  readonly unplaced: number;
  /** Without a country. */
  readonly stateless: number;
}

/** Cloudflare's coordinates are those of a city or of a whole country, never of a house: a tenth of a degree tells cities apart. */
const PLACES_PER_DEGREE = 10;

interface Draft {
  total: number;
  byOutcome: Map<string, number>;
  byCategory: Map<string, number>;
  last: number;
}

/** Adds sightings up by place and by country. */
export function tallySightings(sightings: Iterable<Sighting>): Tally {
  const all = draft();
  const places = new Map<string, Place & Draft & { colos: Set<string> }>();
  const countries = new Map<string, Country & Draft & { unplaced: number }>();
  let unplaced = 0;
  let stateless = 0;
  for (const sighting of sightings) {
    add(all, sighting);
    const { country: code, position, city, colo } = sighting;
    if (code === null) stateless += 1;
    else {
      const country = countries.get(code) ?? { ...draft(), code, unplaced: 0 };
      countries.set(code, country);
      add(country, sighting);
      if (position === null) country.unplaced += 1;
    }
    if (position === null) {
      unplaced += 1;
      continue;
    }
    const key = `${round(position.latitude)} ${round(position.longitude)}`;
    const place = places.get(key) ?? { ...draft(), position, city, country: code, colos: new Set<string>() };
    places.set(key, place);
    add(place, sighting);
    if (colo !== null) place.colos.add(colo);
  }
  return { all, places: mostFirst(places), countries: mostFirst(countries), unplaced, stateless };
}

/** Several places as one: what a cluster's marker stands for. */
export function joinCounts(parts: readonly Counts[]): Counts {
  const sum = draft();
  for (const part of parts) {
    sum.total += part.total;
    sum.last = Math.max(sum.last, part.last);
    for (const [name, n] of part.byOutcome) increase(sum.byOutcome, name, n);
    for (const [name, n] of part.byCategory) increase(sum.byCategory, name, n);
  }
  return sum;
}

/** The worst that was done: what gives a marker its colour. */
export function worstOutcome({ byOutcome }: Counts): string {
  return OUTCOMES.find((outcome) => (byOutcome.get(outcome) ?? 0) > 0) ?? 'log';
}

/** The most frequent category; `''` where no rule matched most often. */
export function mainCategory({ byCategory }: Counts): string {
  let main = '';
  let most = 0;
  for (const [name, n] of byCategory) {
    if (n <= most) continue;
    main = name;
    most = n;
  }
  return main;
}

function draft(): Draft {
  return { total: 0, byOutcome: new Map(), byCategory: new Map(), last: 0 };
}

function add(counts: Draft, { outcome, category, at }: Sighting): void {
  counts.total += 1;
  counts.last = Math.max(counts.last, at);
  increase(counts.byOutcome, outcome, 1);
  increase(counts.byCategory, category ?? '', 1);
}

function increase(map: Map<string, number>, key: string, n: number): void {
  map.set(key, (map.get(key) ?? 0) + n);
}

function mostFirst<T extends Counts>(map: ReadonlyMap<string, T>): readonly T[] {
  return [...map.values()].toSorted((a, b) => b.total - a.total || b.last - a.last);
}

function round(degrees: number): number {
  return Math.round(degrees * PLACES_PER_DEGREE);
}
