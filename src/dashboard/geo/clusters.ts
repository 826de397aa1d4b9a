import { joinCounts, type Counts, type Place } from './tally.ts';

export interface Cluster {
  /** Pixels. */
  readonly x: number;
  readonly y: number;
  readonly counts: Counts;
  readonly places: readonly Place[];
}

interface Draft {
  /** Where the first place stands. */
  readonly seedX: number;
  readonly seedY: number;
  x: number;
  y: number;
  weight: number;
  places: Place[];
}

/**
 * Joins places whose markers would lie on one another. The busiest place of a heap comes first and draws those within `reach` pixels
 * to it; the marker stands where most came from. `project` tells where a place is on the screen.
 */
export function clusterPlaces(
  places: readonly Place[],
  project: (place: Place) => { readonly x: number; readonly y: number },
  reach: number,
): readonly Cluster[] {
  const clusters: Draft[] = [];
  // Clusters by square of the grid: only the nine squares around a place can hold one within reach.
  const squares = new Map<string, Draft[]>();
  for (const place of places) {
    const { x, y } = project(place);
    const column = Math.floor(x / reach);
    const row = Math.floor(y / reach);
    let nearest: Draft | null = null;
    let least = reach;
    for (let dx = -1; dx <= 1; dx++) {
      for (let dy = -1; dy <= 1; dy++) {
        for (const cluster of squares.get(`${column + dx} ${row + dy}`) ?? []) {
          const distance = Math.hypot(cluster.seedX - x, cluster.seedY - y);
          if (distance >= least) continue;
          least = distance;
          nearest = cluster;
        }
      }
    }
    if (nearest === null) {
      const cluster = { x, y, seedX: x, seedY: y, weight: place.total, places: [place] };
      clusters.push(cluster);
      const square = squares.get(`${column} ${row}`) ?? [];
      square.push(cluster);
      squares.set(`${column} ${row}`, square);
      continue;
    }
    nearest.weight += place.total;
    nearest.x += ((x - nearest.x) * place.total) / nearest.weight;
    nearest.y += ((y - nearest.y) * place.total) / nearest.weight;
    nearest.places.push(place);
  }
  return clusters.map(({ x, y, places }) => ({ x, y, places, counts: joinCounts(places) }));
}

/** Pixels, on a map of this width. Areas are as the counts, up to a size that still leaves the map to be seen. */
export function markerRadius(total: number, width: number): number {
  const scale = Math.max(0.65, Math.min(1, width / 900));
  return scale * Math.min(20, 4 + 1.5 * Math.sqrt(total));
}
