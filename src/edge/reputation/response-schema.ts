import * as v from 'valibot';
import { TIERS } from './graduated-response.ts';

/** From 0.01: a threshold of 0 would be met by every address on any feed, however little it is trusted. */
const Threshold = v.pipe(v.number(), v.minValue(0.01), v.maxValue(1));
const AnyTier = v.picklist(TIERS);

const Condition = v.pipe(
  v.strictObject({
    countries: v.optional(
      v.pipe(
        // There are 249 countries.
        v.array(v.pipe(v.string(), v.regex(/^(?:[A-Z]{2}|T1)$/, 'must be two capital letters, or T1 for Tor'))),
        v.minLength(1),
        v.maxLength(260),
      ),
    ),
    asns: v.optional(
      v.pipe(
        v.array(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(0xffffffff))),
        v.minLength(1),
        v.maxLength(500),
      ),
    ),
    atLeast: v.optional(v.pipe(AnyTier, v.description('Never milder than this where the score is above 0'))),
    atMost: v.optional(v.pipe(AnyTier, v.description('Never harder than this'))),
  }),
  v.check(
    ({ atLeast, atMost }) => atLeast !== undefined || atMost !== undefined,
    'must say atLeast or atMost, or it does nothing',
  ),
  v.check(
    ({ atLeast, atMost }) =>
      atLeast === undefined || atMost === undefined || TIERS.indexOf(atLeast) <= TIERS.indexOf(atMost),
    'atLeast must not be harder than atMost',
  ),
);

/** The policy's section on threats; what it leaves out is as in DEFAULT_RESPONSE. */
export const ResponseSchema = v.strictObject({
  thresholds: v.optional(
    v.pipe(
      v.strictObject({ rate_limit: Threshold, challenge: Threshold, block: Threshold }),
      v.check(
        (t) => t.rate_limit <= t.challenge && t.challenge <= t.block,
        'must rise: rate_limit <= challenge <= block',
      ),
      v.description('Score from which on a tier is entered'),
    ),
  ),
  hysteresis: v.optional(
    v.pipe(
      v.number(),
      v.minValue(0),
      v.maxValue(0.5),
      v.description('A tier is left when the score has fallen so far under its threshold'),
    ),
  ),
  dwellSeconds: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(0),
      // A month: what lasts longer is an operator's block.
      v.maxValue(30 * 86_400),
      v.description('Nor before it has lasted so long'),
    ),
  ),
  conditions: v.optional(
    v.pipe(
      v.array(Condition),
      v.maxLength(50),
      v.description('Shift the answer for where a client is, in their order'),
    ),
  ),
});
