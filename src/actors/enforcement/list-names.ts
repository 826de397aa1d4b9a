import type { ListMode, ListTier } from '../contracts.ts';

/** The hardest first: the order in which tiers take their share of what the account may hold. */
export const LIST_TIERS = ['block', 'challenge', 'rate_limit'] as const satisfies readonly ListTier[];

export interface ListName {
  /** As the API has it: letters, digits and underscores alone. */
  readonly name: string;
  /** As people are shown it. */
  readonly displayName: string;
  readonly description: string;
}

export const LIST_NAMES: Readonly<Record<ListTier, ListName>> = Object.freeze({
  block: {
    name: 'threat_block',
    displayName: 'threat-block',
    description:
      'EdgeShield: addresses to block. Items whose comment starts with "edgeshield:" come and go by themselves.',
  },
  challenge: {
    name: 'threat_challenge',
    displayName: 'threat-challenge',
    description:
      'EdgeShield: addresses to challenge. Items whose comment starts with "edgeshield:" come and go by themselves.',
  },
  rate_limit: {
    name: 'threat_rate_limit',
    displayName: 'threat-rate-limit',
    description:
      'EdgeShield: addresses to limit in rate. Items whose comment starts with "edgeshield:" come and go by themselves.',
  },
});

const TIERS_OF: Readonly<Record<ListMode, readonly ListTier[]>> = Object.freeze({
  'three-lists': LIST_TIERS,
  'single-list': ['block'],
  'worker-only': [],
});

/** The tiers that have a list in this mode; the Worker alone enforces the others. */
export function tiersOf(mode: ListMode): readonly ListTier[] {
  return TIERS_OF[mode];
}

/** The tier whose list has this name, or null. */
export function tierOfName(name: string): ListTier | null {
  return LIST_TIERS.find((tier) => LIST_NAMES[tier].name === name) ?? null;
}
