import type { ViewEntry } from './shell/view.ts';

/** Every view, in the order of the navigation; the first is the one that opens. */
export const VIEWS: readonly ViewEntry[] = [
  { id: 'traffic', title: 'Traffic', load: async () => (await import('./views/traffic/view.ts')).trafficView },
  { id: 'map', title: 'Map', load: async () => (await import('./views/map/view.ts')).mapView },
  { id: 'overview', title: 'Overview', load: async () => (await import('./views/overview/view.ts')).overviewView },
];
