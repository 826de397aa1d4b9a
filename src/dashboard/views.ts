import type { ViewEntry } from './shell/view.ts';

/** Every view, in the order of the navigation; the first is the one that opens. */
export const VIEWS: readonly ViewEntry[] = [
  { id: 'traffic', title: 'Traffic', load: async () => (await import('./views/traffic/view.ts')).trafficView },
];
