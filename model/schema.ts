import * as v from 'valibot';
import { parseWith, type Parsed } from '../src/parse.ts';

/** The network's inputs, by name and in order; what each means stands where it is computed, in `src/edge/score/features.ts`. */
export const FEATURES = [
  'waf_score',
  'bot_score',
  'ip_reputation',
  'sql_likeness',
  'markup_likeness',
  'shell_likeness',
  'path_likeness',
  'attack_likeness',
  'weighed_score',
  'weighed_agreement',
  'encoding_depth',
  'text_length',
] as const;
export type Feature = (typeof FEATURES)[number];

/** Hidden neurons: 12 x 4 weights + 4 biases, then 4 weights + 1 bias: 57 parameters. */
export const HIDDEN = 4;

const Parameter = v.pipe(v.number(), v.finite(), v.minValue(-1000), v.maxValue(1000));

const ModelSchema = v.strictObject({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  version: v.pipe(v.string(), v.minLength(1), v.maxLength(50)),
  /** Must equal FEATURES: a model trained on other inputs is refused, not misread. */
  features: v.pipe(
    v.array(v.string()),
    v.check(
      (names) => names.length === FEATURES.length && FEATURES.every((name, i) => names[i] === name),
      `must be ${FEATURES.join(', ')}`,
    ),
  ),
  /** HIDDEN rows of FEATURES.length weights. */
  hiddenWeights: v.pipe(v.array(v.pipe(v.array(Parameter), v.length(FEATURES.length))), v.length(HIDDEN)),
  hiddenBiases: v.pipe(v.array(Parameter), v.length(HIDDEN)),
  outputWeights: v.pipe(v.array(Parameter), v.length(HIDDEN)),
  outputBias: Parameter,
  /** How it was made: seed, data hash, row counts, held-out metrics. For people and the card; not used to score. */
  training: v.optional(v.record(v.string(), v.unknown())),
});
export type Model = v.InferOutput<typeof ModelSchema>;
export { ModelSchema };

/** The only door for model data. */
export function parseModel(data: unknown): Parsed<Model> {
  return parseWith(ModelSchema, data);
}
