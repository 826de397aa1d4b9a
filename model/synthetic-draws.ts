import { sourceOf, type LabelledRequest } from './labelled-request.ts';

/**
 * What the corpora lack is drawn by chance, and declared here: no row knows its address, and most headers were filled in by
 * one generator for both labels. The draws say no more than this: most attackers look like anyone else, some use tools or
 * addresses that are known for it, and few honest people do.
 */

/** Sources whose user agents are their own: the fingerprint is taken from the request. */
const OWN_AGENTS: ReadonlySet<string> = new Set([
  'har',
  'cassette',
  'elastic-apache-logs',
  'apache-http-logs',
  'crawler-user-agents',
  'scanner-ua(hand list)',
]);

export function hasOwnAgent(request: LabelledRequest): boolean {
  return OWN_AGENTS.has(sourceOf(request));
}

interface Share {
  readonly share: number;
  readonly least: number;
  readonly most: number;
}

const BOT: Readonly<Record<LabelledRequest['label'], readonly Share[]>> = {
  benign: [
    { share: 0.75, least: 0, most: 0 },
    { share: 0.15, least: 0.25, most: 0.33 },
    { share: 0.1, least: 0, most: 0.5 },
  ],
  attack: [
    { share: 0.6, least: 0, most: 0 },
    { share: 0.15, least: 0.25, most: 0.33 },
    { share: 0.2, least: 0.2, most: 0.8 },
    { share: 0.05, least: 0.95, most: 1 },
  ],
};

const REPUTATION: Readonly<Record<LabelledRequest['label'], readonly Share[]>> = {
  benign: [
    { share: 0.95, least: 0, most: 0 },
    { share: 0.05, least: 0, most: 0.6 },
  ],
  attack: [
    { share: 0.75, least: 0, most: 0 },
    { share: 0.25, least: 0.1, most: 1 },
  ],
};

export function drawBotScore(label: LabelledRequest['label'], random: () => number): number {
  return draw(BOT[label], random);
}

export function drawReputation(label: LabelledRequest['label'], random: () => number): number {
  return draw(REPUTATION[label], random);
}

function draw(shares: readonly Share[], random: () => number): number {
  let left = random();
  const within = random();
  for (const { share, least, most } of shares) {
    if (left < share) return least + within * (most - least);
    left -= share;
  }
  return 0;
}
