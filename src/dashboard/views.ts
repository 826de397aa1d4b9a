import type { ViewEntry } from './shell/view.ts';

/** Every view, in the order of the navigation; the first is the one that opens. */
export const VIEWS: readonly ViewEntry[] = [
  { id: 'traffic', title: 'Traffic', load: async () => (await import('./views/traffic/view.ts')).trafficView },
  { id: 'map', title: 'Map', load: async () => (await import('./views/map/view.ts')).mapView },
  { id: 'overview', title: 'Overview', load: async () => (await import('./views/overview/view.ts')).overviewView },
  { id: 'rules', title: 'Rules', load: async () => (await import('./views/rules/view.ts')).rulesView },
  { id: 'limits', title: 'Rate limits', load: async () => (await import('./views/limits/view.ts')).limitsView },
  { id: 'model', title: 'Model', load: async () => (await import('./views/model/view.ts')).modelView },
  { id: 'blocklist', title: 'Blocklist', load: async () => (await import('./views/blocklist/view.ts')).blocklistView },
  {
    id: 'intelligence',
    title: 'Enforcement',
    load: async () => (await import('./views/intelligence/view.ts')).intelligenceView,
  },
  { id: 'audit', title: 'Audit log', load: async () => (await import('./views/audit/view.ts')).auditView },
  { id: 'keys', title: 'Keys', load: async () => (await import('./views/keys/view.ts')).keysView },
];
