import model from '../../model/weights.json' with { type: 'json' };
import ruleset from '../../rules/owasp-core.json' with { type: 'json' };
import prepared from '../../rules/owasp-core.prepared.json' with { type: 'json' };
import { defaultPolicy, type PolicyVars } from './default-policy.ts';
import { writeWatchlist } from './reputation/watchlist.ts';
import type { ReleaseKind } from '../actors/contracts.ts';

/** What is in force of each kind before anything is published: the same data that isolates bundle as seq 0. */
export function bundledRelease(kind: ReleaseKind, vars: PolicyVars): unknown {
  switch (kind) {
    case 'ruleset':
      return { ...ruleset, prepared };
    case 'model':
      return model;
    case 'policy':
      return defaultPolicy(vars);
    case 'blocklist':
      return { entries: [] };
    case 'watchlist':
      return JSON.parse(writeWatchlist([]));
  }
}
