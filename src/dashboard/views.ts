import type { ViewEntry } from './shell/view.ts';

/** Every view, in the order of the navigation; the first is the one that opens. */
export const VIEWS: readonly ViewEntry[] = [
  { id: 'traffic', title: 'Traffic', load: async () => (await import('./views/traffic/view.ts')).trafficView },
  { id: 'blocklist', title: 'Blocklist', load: async () => (await import('./views/blocklist/view.ts')).blocklistView },
  {
    id: 'intelligence',
    title: 'Intelligence',
    load: async () => (await import('./views/intelligence/view.ts')).intelligenceView,
  },
  { id: 'audit', title: 'Audit log', load: async () => (await import('./views/audit/view.ts')).auditView },
  { id: 'keys', title: 'Keys', load: async () => (await import('./views/keys/view.ts')).keysView },
];
