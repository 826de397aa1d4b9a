import type { ViewEntry } from './shell/view.ts';

/** Every view, in the order of the navigation; the first is the one that opens. */
export const VIEWS: readonly ViewEntry[] = [
  { id: 'traffic', title: 'Traffic', load: async () => (await import('./views/traffic/view.ts')).trafficView },
  { id: 'map', title: 'Map', load: async () => (await import('./views/map/view.ts')).mapView },
  { id: 'overview', title: 'Overview', load: async () => (await import('./views/overview/view.ts')).overviewView },
  { id: 'rules', title: 'Rules', load: async () => (await import('./views/rules/view.ts')).rulesView },
  { id: 'limits', title: 'Rate limits', load: async () => (await import('./views/limits/view.ts')).limitsView },
  { id: 'model', title: 'Model', load: async () => (await import('./views/model/view.ts')).modelView },
];
