import type {
  EnforcementMode,
  ListMode,
  RunRecord,
  SourceHealth,
  SourceRole,
  ThreatOrigin,
} from '../../actors/contracts.ts';
import type { Tier } from '../../edge/reputation/graduated-response.ts';
import type { StoppingLayer } from '../../edge/verdict.ts';

/** How the contract's words are said to people. */

export const TIER_NAMES: Readonly<Record<Tier, string>> = {
  block: 'Block',
  challenge: 'Challenge',
  rate_limit: 'Rate limit',
  log_only: 'Log only',
};

export const MODE_MEANINGS: Readonly<Record<EnforcementMode, string>> = {
  apply: 'edge and lists',
  plan: 'edge; lists only planned',
  off: 'nothing is enforced',
};

export const ORIGIN_MEANINGS: Readonly<Record<ThreatOrigin, string>> = {
  live: 'the collector’s, up to date',
  cached: 'the last good copy',
  emergency: 'the few built in',
  none: 'no threats yet',
};

export const LIST_MODE_MEANINGS: Readonly<Record<ListMode, string>> = {
  'three-lists': 'one for each tier',
  'single-list': 'the account has room for one',
  'worker-only': 'the account has room for none',
};

export const TRIGGER_NAMES: Readonly<Record<RunRecord['trigger'], string>> = {
  alarm: 'schedule',
  operator: 'operator',
  evidence: 'evidence',
  approval: 'approval',
  'kill-switch': 'kill switch',
};

export const HEALTH_NAMES: Readonly<Record<SourceHealth, string>> = {
  ok: 'OK',
  pending: 'Pending',
  suspect: 'Suspect',
  failing: 'Failing',
  off: 'Off',
};

export const ROLE_NAMES: Readonly<Record<SourceRole, string>> = {
  threat: 'threats',
  label: 'label only',
  allow: 'to be spared',
};

export const LAYER_NAMES: Readonly<Record<StoppingLayer, string>> = {
  blocklist: 'Blocklist',
  intelligence: 'Threat intelligence',
  rules: 'Rules',
  score: 'Threat score',
  rate_limit: 'Rate limit',
  failed_closed: 'Failed closed',
};
