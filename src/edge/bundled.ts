import model from '../../model/weights.json' with { type: 'json' };
import core from '../../rules/owasp-core.json' with { type: 'json' };
import corePrepared from '../../rules/owasp-core.prepared.json' with { type: 'json' };
import extended from '../../rules/owasp-extended.json' with { type: 'json' };
import extendedPrepared from '../../rules/owasp-extended.prepared.json' with { type: 'json' };
import { defaultPolicy, type PolicyVars } from './default-policy.ts';
import { NO_THREATS, writeThreats } from './reputation/threat-release.ts';
import { writeWatchlist } from './reputation/watchlist.ts';
import type { ReleaseKind } from '../actors/contracts.ts';

const RULESETS = new Map<string, unknown>([
  ['owasp-core', { ...core, prepared: corePrepared }],
  ['owasp-extended', { ...extended, prepared: extendedPrepared }],
]);

/** What is in force under a name before anything is published under it: the ruleset prepared, or undefined. */
export function bundledRuleset(name: string): unknown {
  return RULESETS.get(name);
}

/** What is in force of each other kind before anything is published: the same data that isolates bundle as seq 0. */
export function bundledRelease(kind: Exclude<ReleaseKind, 'ruleset'>, vars: PolicyVars): unknown {
  switch (kind) {
    case 'model':
      return model;
    case 'policy':
      return defaultPolicy(vars);
    case 'blocklist':
      return { entries: [] };
    case 'watchlist':
      return JSON.parse(writeWatchlist([]));
    case 'threats':
      return JSON.parse(writeThreats(NO_THREATS));
  }
}
