import { FAMILY_COUNT, slotOf, tagOf, type LexiconData } from '../src/edge/score/lexicon.ts';
import { Vocabulary } from '../src/edge/score/vocabulary.ts';
import { windowsOf, type LexiconExample } from './lexicon-texts.ts';
import { seededRandom, shuffle } from './random.ts';

export interface LexiconOptions {
  readonly seed: number;
  readonly epochs: number;
  /** AdaGrad's step. */
  readonly rate: number;
  readonly decay: number;
  /** An n-gram that fewer requests show is chance. */
  readonly leastRequests: number;
  /** A word that fewer sources share is one source's jargon. */
  readonly leastSources: number;
  /** N-grams kept in the end. */
  readonly capacity: number;
}

export const LEXICON_OPTIONS: LexiconOptions = {
  seed: 1,
  epochs: 6,
  rate: 0.1,
  decay: 1e-4,
  leastRequests: 8,
  leastSources: 4,
  capacity: 8500,
};

/** Requests that must show a word before it is known by name. */
const WORD_REQUESTS = 12;

/** The words that the training sources share, in order of the alphabet: the lexicon's own part of the vocabulary. */
export function sharedWords(examples: readonly LexiconExample[], leastSources: number): string[] {
  const seen = new Map<string, { readonly sources: Set<string>; requests: number }>();
  for (const example of examples) {
    const words = new Set<string>();
    for (const { text } of example.texts)
      for (const [word] of text.toLowerCase().matchAll(/[a-z0-9_]+/g)) words.add(word);
    for (const word of words) {
      if (word.length > 32 || /^\d{3,}$/.test(word)) continue;
      let entry = seen.get(word);
      if (entry === undefined) seen.set(word, (entry = { sources: new Set(), requests: 0 }));
      entry.sources.add(example.source);
      entry.requests++;
    }
  }
  return [...seen]
    .filter(([, { sources, requests }]) => sources.size >= leastSources && requests >= WORD_REQUESTS)
    .map(([word]) => word)
    .sort();
}

interface Bag {
  readonly attack: boolean;
  readonly family: number;
  readonly weight: number;
  /** Indices into the kept n-grams. */
  readonly windows: readonly Int32Array[];
}

/**
 * Logistic regression by family over the n-grams of windows, with a request as a bag of windows: an attack has at least one
 * window of its family, an honest request none of any. So the most suspicious window answers for the request, as it will
 * in service.
 */
export function trainLexicon(examples: readonly LexiconExample[], options: LexiconOptions): LexiconData {
  const words = sharedWords(examples, options.leastSources);
  const vocabulary = new Vocabulary(words);
  const cut = examples.map(({ texts }) => texts.flatMap(({ text, start }) => windowsOf(text, start, vocabulary)));
  const kept = commonNgrams(cut, options.leastRequests);
  const weights = sourceWeights(examples);
  const bags = examples.map((example, i): Bag => ({
    attack: example.attack,
    family: example.family,
    weight: weights.get(example.source) ?? 1,
    windows: cut[i]!.map((window) => Int32Array.from(window.flatMap((ngram) => kept.get(ngram) ?? []))),
  }));
  const fit = descend(bags, kept.size, options);
  return pack(kept, fit, words, options.capacity);
}

/** N-grams that enough requests show, numbered. */
function commonNgrams(cut: readonly (readonly number[][])[], least: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (const windows of cut) {
    for (const ngram of new Set(windows.flat())) counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  const kept = new Map<number, number>();
  for (const [ngram, count] of counts) if (count >= least) kept.set(ngram, kept.size);
  return kept;
}

/** A source's say grows with the square root of its rows: a big one does not drown the others. */
function sourceWeights(examples: readonly LexiconExample[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { source } of examples) sizes.set(source, (sizes.get(source) ?? 0) + 1);
  return new Map([...sizes].map(([source, size]) => [source, Math.min(2, Math.sqrt(1000 / size))]));
}

interface Fit {
  /** FAMILY_COUNT weights for each n-gram. */
  readonly weights: Float64Array;
  readonly biases: Float64Array;
}

function descend(bags: readonly Bag[], size: number, options: LexiconOptions): Fit {
  const weights = new Float64Array(size * FAMILY_COUNT);
  const biases = new Float64Array(FAMILY_COUNT).fill(-2);
  const squares = new Float64Array(size * FAMILY_COUNT).fill(1e-6);
  const biasSquares = new Float64Array(FAMILY_COUNT).fill(1e-6);
  const average = { weights: new Float64Array(size * FAMILY_COUNT), biases: new Float64Array(FAMILY_COUNT) };
  const random = seededRandom(options.seed);
  const order = bags.map((_, i) => i);

  const logOdds = (window: Int32Array, family: number): number => {
    let sum = biases[family]!;
    for (const ngram of window) sum += weights[ngram * FAMILY_COUNT + family]!;
    return sum;
  };
  const step = (window: Int32Array, family: number, gradient: number): void => {
    for (const ngram of window) {
      const i = ngram * FAMILY_COUNT + family;
      const slope = gradient + options.decay * weights[i]!;
      squares[i]! += slope * slope;
      weights[i]! -= (options.rate * slope) / Math.sqrt(squares[i]!);
    }
    biasSquares[family]! += gradient * gradient;
    biases[family]! -= (options.rate * gradient) / Math.sqrt(biasSquares[family]!);
  };
  const worst = (bag: Bag, family: number): { readonly window: Int32Array; readonly odds: number } => {
    let window = bag.windows[0]!;
    let odds = logOdds(window, family);
    for (let i = 1; i < bag.windows.length; i++) {
      const other = logOdds(bag.windows[i]!, family);
      if (other > odds) [window, odds] = [bag.windows[i]!, other];
    }
    return { window, odds };
  };

  let averaged = 0;
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    shuffle(order, random);
    for (const index of order) {
      const bag = bags[index]!;
      if (bag.windows.length === 0) continue;
      if (bag.attack) {
        let best = bag.family >= 0 ? { family: bag.family, ...worst(bag, bag.family) } : null;
        for (let family = 0; bag.family < 0 && family < FAMILY_COUNT; family++) {
          const found = worst(bag, family);
          if (best === null || found.odds > best.odds) best = { family, ...found };
        }
        if (best !== null) step(best.window, best.family, (probability(best.odds) - 1) * bag.weight);
        continue;
      }
      for (let family = 0; family < FAMILY_COUNT; family++) {
        const { window, odds } = worst(bag, family);
        const chance = probability(odds);
        if (chance > 0.001) step(window, family, chance * bag.weight);
        // One more at random: the worst alone would leave most honest n-grams unheard.
        const other = bag.windows[Math.floor(random() * bag.windows.length)]!;
        const otherChance = probability(logOdds(other, family));
        if (otherChance > 0.01) step(other, family, otherChance * 0.5);
      }
    }
    // The average over the later epochs wavers less than any one of them.
    if (epoch * 2 < options.epochs) continue;
    averaged++;
    for (let i = 0; i < weights.length; i++) average.weights[i]! += weights[i]!;
    for (let f = 0; f < FAMILY_COUNT; f++) average.biases[f]! += biases[f]!;
  }
  return { weights: average.weights.map((w) => w / averaged), biases: average.biases.map((b) => b / averaged) };
}

function probability(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

/** Keeps the weightiest n-grams, one to a slot, rounds their weights to bytes, and writes them by column. */
function pack(kept: ReadonlyMap<number, number>, fit: Fit, words: readonly string[], capacity: number): LexiconData {
  const candidates = [...kept].map(([ngram, index]) => {
    const weights = [...fit.weights.subarray(index * FAMILY_COUNT, (index + 1) * FAMILY_COUNT)];
    return { ngram, weights, force: Math.max(...weights.map(Math.abs)) };
  });
  candidates.sort((a, b) => b.force - a.force || a.ngram - b.ngram);
  const bySlot = new Map<number, (typeof candidates)[number]>();
  for (const candidate of candidates) {
    if (bySlot.size >= capacity) break;
    const slot = slotOf(candidate.ngram);
    if (!bySlot.has(slot)) bySlot.set(slot, candidate);
  }
  const scale = Number(((candidates[0]?.force ?? 1) / 127).toPrecision(4));
  const entries = [...bySlot].sort(([a], [b]) => a - b);
  const count = entries.length;
  const bytes = new DataView(new ArrayBuffer(count * (4 + FAMILY_COUNT)));
  let before = 0;
  for (const [i, [slot, { ngram, weights }]] of entries.entries()) {
    bytes.setUint16(2 * i, slot - before);
    before = slot;
    bytes.setUint16(2 * (count + i), tagOf(ngram));
    for (const [f, weight] of weights.entries()) {
      bytes.setInt8(4 * count + f * count + i, Math.max(-127, Math.min(127, Math.round(weight / scale))));
    }
  }
  return {
    words: words.join(' '),
    scale,
    biases: [...fit.biases].map((bias) => Number(bias.toFixed(4))),
    entries: Buffer.from(bytes.buffer).toString('base64'),
  };
}
