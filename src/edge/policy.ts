import * as v from 'valibot';
import { parseWith, type Parsed } from '../parse.ts';
import { DetectionOnly, Exclusion, RulesetName } from './exclusions/schema.ts';
import { DEFAULT_RESPONSE, type ResponseRules } from './reputation/graduated-response.ts';
import { ResponseSchema } from './reputation/response-schema.ts';

const Fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

const Route = v.strictObject({
  /** Names the route's guardians and its figures; stable over releases. */
  id: v.pipe(
    v.string(),
    v.regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'must be 1 to 32 lower-case letters, digits, dashes or underscores'),
  ),
  /** Only this host (exact, lower-case, no port); absent: every host. */
  host: v.optional(v.pipe(v.string(), v.toLowerCase(), v.maxLength(253))),
  /** Longest prefix wins, on whole path segments: `/api` covers `/api` and `/api/x`, not `/apix`. */
  path: v.pipe(v.string(), v.startsWith('/'), v.maxLength(512)),
  /** Requests a client may make in any window. */
  limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000)),
  windowSeconds: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3600)),
  /** What becomes of a request when an actor does not answer in time. */
  fail: v.picklist(['open', 'closed']),
  /** Safe methods may start the origin fetch while the lease is in flight; a refusal drops the answer. */
  overlap: v.boolean(),
  /** The guardian writes a debit before it grants: for sign-in pages, where a crash must forget nothing. */
  durable: v.boolean(),
  /** Whether the answers of this route are inspected; absent: as the policy's `responses` says. */
  responses: v.optional(v.boolean()),
  /** Guardians that share the route's clients. */
  shards: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64)),
});

/**
 * What the matches of a ruleset may do. `block`: what its rules say. `weigh`: matches and score are evidence, and never block by
 * themselves. `detect`: they are told and counted. `off`: it is not evaluated.
 */
export const RULESET_MODES = ['block', 'weigh', 'detect', 'off'] as const;

const RulesetUse = v.strictObject({
  mode: v.pipe(
    v.picklist(RULESET_MODES),
    v.description(
      'block: as its rules say; weigh: evidence for the score; detect: told and counted; off: not evaluated',
    ),
  ),
  paranoia: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(1),
      v.maxValue(4),
      v.description('The highest paranoia level that is evaluated. Absent: all that the ruleset has'),
    ),
  ),
});

/** Inspection of what the origin answers: phases 3 and 4 of the rulesets in force. */
const Responses = v.strictObject({
  /** On every route that does not say otherwise. */
  inspect: v.boolean(),
  /** Bytes of a text's beginning that are inspected before any is sent; absent: 65,536. */
  bytes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1024), v.maxValue(1024 * 1024))),
  /** How long they are held back at most; what then has come is inspected, and the rest flows by. Absent: 250. */
  waitMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(5000))),
});

/** Score from which on a request is logged, challenged, blocked. */
export const Thresholds = v.pipe(
  v.strictObject({ log: Fraction, challenge: Fraction, block: Fraction }),
  v.check((t) => t.log <= t.challenge && t.challenge <= t.block, 'must rise: log <= challenge <= block'),
);

const PolicySchema = v.strictObject({
  routes: v.pipe(
    v.array(Route),
    v.minLength(1),
    v.maxLength(500),
    v.check((routes) => new Set(routes.map((r) => r.id)).size === routes.length, 'route ids must be unique'),
    v.check(
      (routes) => routes.some((r) => r.path === '/' && r.host === undefined),
      'needs a route with path "/" and no host for everything else',
    ),
  ),
  thresholds: Thresholds,
  /** How long a request waits for its actors before `fail` decides. */
  deadlineMs: v.pipe(v.number(), v.integer(), v.minValue(10), v.maxValue(5000)),
  rulesets: v.optional(
    v.pipe(
      v.record(RulesetName, RulesetUse),
      v.description(
        'By name, how each ruleset works. One that is not named blocks when bundled, and detects when pushed',
      ),
    ),
  ),
  responses: v.optional(
    v.pipe(Responses, v.description('Inspection of answers, phases 3 and 4. Absent: answers are not inspected')),
  ),
  enforcement: v.optional(
    v.pipe(
      ResponseSchema,
      v.description(
        'How hard addresses that threat feeds and the shield itself accuse are met. See docs/enforcement.md',
      ),
    ),
  ),
  detectionOnly: v.optional(
    v.pipe(
      v.array(DetectionOnly),
      v.maxLength(200),
      v.description('Rules that only tell of their matches, whatever their ruleset may do'),
    ),
  ),
  exclusions: v.optional(
    v.pipe(
      v.array(Exclusion),
      v.description('False positives taken back: which rules do not match, where, on what. See docs/rules.md'),
      v.maxLength(500),
      v.check((all) => new Set(all.map((e) => e.id)).size === all.length, 'exclusion ids must be unique'),
    ),
  ),
});

export type RulesetMode = (typeof RULESET_MODES)[number];
export type Route = v.InferOutput<typeof Route>;
export type Policy = v.InferOutput<typeof PolicySchema>;
export { PolicySchema };

/** CRS looks at so many bytes of an answer, give or take: what leaks, leaks early in a page. */
const ANSWER_BYTES = 64 * 1024;
/** Longer than a page takes from its first byte to its 64th KB, and no visitor takes offence. */
const ANSWER_WAIT_MS = 250;

export function answerLimits({ responses }: Policy): { readonly bytes: number; readonly waitMs: number } {
  return { bytes: responses?.bytes ?? ANSWER_BYTES, waitMs: responses?.waitMs ?? ANSWER_WAIT_MS };
}

/** How hard threats are met: the policy's word, and the standard where it has none. */
export function responseRules({ enforcement }: Pick<Policy, 'enforcement'>): ResponseRules {
  if (enforcement === undefined) return DEFAULT_RESPONSE;
  const {
    thresholds = DEFAULT_RESPONSE.thresholds,
    hysteresis = DEFAULT_RESPONSE.hysteresis,
    dwellSeconds = DEFAULT_RESPONSE.dwellSeconds,
    conditions,
  } = enforcement;
  return { thresholds, hysteresis, dwellSeconds, conditions };
}

/** The only door for policy data. */
export function parsePolicy(data: unknown): Parsed<Policy> {
  return parseWith(PolicySchema, data);
}
