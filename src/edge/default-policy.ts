import type { Policy, Route } from './policy.ts';

/** The `[vars]` that shape the bundled policy, as text; a policy release takes their place altogether. */
export interface PolicyVars {
  readonly THREAT_SCORE_BLOCK_THRESHOLD?: string;
  readonly THREAT_SCORE_CHALLENGE_THRESHOLD?: string;
  readonly RATE_LIMIT_MAX_REQUESTS?: string;
  readonly RATE_LIMIT_WINDOW_SECONDS?: string;
}

/** Under this a request is unremarkable; from here to the challenge it passes with a note in the log. */
const LOG_THRESHOLD = 0.3;

/** An actor in the same region answers in 5 to 30 ms; past a quarter of a second waiting hurts visitors more than one uncounted request hurts the site. */
const DEADLINE_MS = 250;

/**
 * The policy in force before any is published. It favours the visitor: an actor that is down, or out of a free plan's daily
 * quota, must not close a site's sign-in page, so routes fail open; and one shard each, since a guardian behind leases serves
 * some thousand requests a second and each one awake is billed by the hour.
 * A setting that cannot be read keeps its standard value: a typing slip must not take the site down.
 */
export function defaultPolicy(vars: PolicyVars): Policy {
  const block = readNumber(vars.THREAT_SCORE_BLOCK_THRESHOLD, 0, 1) ?? 0.8;
  const challenge = Math.min(readNumber(vars.THREAT_SCORE_CHALLENGE_THRESHOLD, 0, 1) ?? 0.5, block);
  const limit = Math.floor(readNumber(vars.RATE_LIMIT_MAX_REQUESTS, 1, 1_000_000) ?? 100);
  const windowSeconds = Math.floor(readNumber(vars.RATE_LIMIT_WINDOW_SECONDS, 1, 3600) ?? 60);
  const route = (id: string, path: string, limit: number, rest: Partial<Route> = {}): Route => ({
    id,
    path,
    limit,
    windowSeconds,
    fail: 'open',
    overlap: false,
    durable: false,
    shards: 1,
    ...rest,
  });
  return {
    routes: [
      // Guessing passwords is the attack: a crash must not give an attacker his tries again.
      route('login', '/login', 10, { durable: true }),
      route('admin', '/admin', 20),
      route('ws', '/ws', 5),
      route('api', '/api', 200),
      route('default', '/', limit),
    ],
    thresholds: { log: Math.min(LOG_THRESHOLD, challenge), challenge, block },
    deadlineMs: DEADLINE_MS,
  };
}

function readNumber(text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}
