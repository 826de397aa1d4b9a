import { FEATURES, HIDDEN, type Feature, type Model } from './schema.ts';
import { seededRandom, shuffle } from './random.ts';

export interface NetworkExample {
  readonly features: Float64Array;
  readonly attack: boolean;
  readonly weight: number;
}

export interface NetworkOptions {
  readonly seed: number;
  readonly epochs: number;
  readonly batch: number;
  /** Adam's step. */
  readonly rate: number;
  readonly decay: number;
  /** Decay of the inputs that are no evidence by themselves (length, layers): they tell sources apart only too well. */
  readonly contextDecay: number;
}

export const NETWORK_OPTIONS: NetworkOptions = {
  seed: 1,
  epochs: 30,
  batch: 64,
  rate: 0.02,
  decay: 0,
  contextDecay: 0.02,
};

export type Parameters = Pick<Model, 'hiddenWeights' | 'hiddenBiases' | 'outputWeights' | 'outputBias'>;

/** More of these never makes a request less suspicious. It holds by construction, and so for requests nobody trained on. */
const RISING: ReadonlySet<Feature> = new Set<Feature>([
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
]);

/**
 * The sign of each hidden unit's output. A raising unit bends the score upwards where evidence comes together; a lowering one,
 * which rising inputs can only switch off, lets it level out.
 */
const SIGNS = [1, 1, 1, -1] as const;

const RISES = FEATURES.map((feature) => RISING.has(feature));

const INPUTS = FEATURES.length;
/** Where in the flat parameter vector each part begins. */
const HIDDEN_BIAS = HIDDEN * INPUTS;
const OUTPUT = HIDDEN_BIAS + HIDDEN;
const OUTPUT_BIAS = OUTPUT + HIDDEN;
const SIZE = OUTPUT_BIAS + 1;

/** Adam on the weighted log-loss, projected on the signs above. Deterministic for a seed. */
export function trainNetwork(examples: readonly NetworkExample[], options: NetworkOptions): Parameters {
  const random = seededRandom(options.seed);
  const theta = new Float64Array(SIZE);
  for (let h = 0; h < HIDDEN; h++) {
    // Begun on the side of its sign: a unit that the projection wiped out at once would never come back.
    for (let i = 0; i < INPUTS; i++) theta[h * INPUTS + i] = RISES[i] ? SIGNS[h]! * random() : (random() - 0.5) * 0.2;
    theta[HIDDEN_BIAS + h] = 0.1;
    theta[OUTPUT + h] = SIGNS[h]! * (0.5 + random());
  }
  project(theta);
  const gradient = new Float64Array(SIZE);
  const first = new Float64Array(SIZE);
  const second = new Float64Array(SIZE);
  const order = examples.map((_, i) => i);
  const steps = Math.ceil(examples.length / options.batch) * options.epochs;
  for (let step = 1, at = order.length; step <= steps; step++) {
    if (at >= order.length) {
      shuffle(order, random);
      at = 0;
    }
    const batch = order.slice(at, at + options.batch);
    at += options.batch;
    gradient.fill(0);
    for (const index of batch) addGradient(theta, examples[index]!, gradient);
    // The step shrinks to nothing, so that where training ends does not hang on the last few batches.
    const rate = options.rate * (1 - (step - 1) / steps);
    for (let i = 0; i < SIZE; i++) {
      const isContext = i < HIDDEN_BIAS && !RISES[i % INPUTS];
      const slope = gradient[i]! / batch.length + (isContext ? options.contextDecay : options.decay) * theta[i]!;
      first[i] = 0.9 * first[i]! + 0.1 * slope;
      second[i] = 0.999 * second[i]! + 0.001 * slope * slope;
      const mean = first[i]! / (1 - 0.9 ** step);
      const spread = Math.sqrt(second[i]! / (1 - 0.999 ** step));
      theta[i]! -= (rate * mean) / (spread + 1e-8);
    }
    project(theta);
  }
  return unflatten(theta);
}

const sums = new Float64Array(HIDDEN);

function addGradient(theta: Float64Array, { features, attack, weight }: NetworkExample, gradient: Float64Array): void {
  let logit = theta[OUTPUT_BIAS]!;
  for (let h = 0; h < HIDDEN; h++) {
    let sum = theta[HIDDEN_BIAS + h]!;
    for (let i = 0; i < INPUTS; i++) sum += theta[h * INPUTS + i]! * features[i]!;
    sums[h] = sum;
    if (sum > 0) logit += theta[OUTPUT + h]! * sum;
  }
  const slope = weight * (1 / (1 + Math.exp(-logit)) - (attack ? 1 : 0));
  gradient[OUTPUT_BIAS]! += slope;
  for (let h = 0; h < HIDDEN; h++) {
    if (sums[h]! <= 0) continue;
    gradient[OUTPUT + h]! += slope * sums[h]!;
    const back = slope * theta[OUTPUT + h]!;
    gradient[HIDDEN_BIAS + h]! += back;
    for (let i = 0; i < INPUTS; i++) gradient[h * INPUTS + i]! += back * features[i]!;
  }
}

function project(theta: Float64Array): void {
  for (let h = 0; h < HIDDEN; h++) {
    const sign = SIGNS[h]!;
    if (theta[OUTPUT + h]! * sign < 0) theta[OUTPUT + h] = 0;
    for (let i = 0; i < INPUTS; i++) {
      if (RISES[i] && theta[h * INPUTS + i]! * sign < 0) theta[h * INPUTS + i] = 0;
    }
  }
}

function unflatten(theta: Float64Array): Parameters {
  const part = (from: number, length: number) => [...theta.subarray(from, from + length)];
  return {
    hiddenWeights: Array.from({ length: HIDDEN }, (_, h) => part(h * INPUTS, INPUTS)),
    hiddenBiases: part(HIDDEN_BIAS, HIDDEN),
    outputWeights: part(OUTPUT, HIDDEN),
    outputBias: theta[OUTPUT_BIAS]!,
  };
}
