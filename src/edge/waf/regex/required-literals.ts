import { listBytes, type ByteSet } from './byte-set.ts';
import type { Pattern } from './pattern.ts';
import { estimateChance } from './rarity.ts';

/** Texts, lower-cased, of which at least one is in every match. */
export type AnyOf = readonly string[];

interface Needs {
  /** Every text the piece can match, lower-cased; null when there are too many. */
  readonly exact: readonly string[] | null;
  /** Each must be met. */
  readonly all: readonly AnyOf[];
}

/** A byte class of more characters than this (both cases count once) is not spelled out into longer texts. */
const CLASS_LIMIT = 8;
/** Of more than this it is no condition at all: nearly every text has one of them. */
const BYTES_LIMIT = 200;
/** Bounds on what is spelled out: enough for real rules, small enough for one automaton. */
const TEXTS_LIMIT = 64;
const CHOICE_LIMIT = 1024;
const LENGTH_LIMIT = 24;
/** Conditions kept for one pattern: the rarest say nearly everything. */
const CONDITIONS_LIMIT = 3;
/** A text that meets conditions as rare as this may as well be tried; one as common as that is no further condition. */
const RARE = 0.005;
const HALF = 0.4;
/** What more ordinary values than this would meet is no use as a condition. */
const CHANCE_LIMIT = 0.7;

/**
 * What every match must contain, as conditions of which each must be met; none when nothing can be said. A text that fails one
 * cannot match, so the regular expression need not run. Sound by construction: where in doubt a condition is dropped.
 */
export function requireLiterals(pattern: Pattern): readonly AnyOf[] {
  const { exact, all } = analyse(pattern);
  const kept: AnyOf[] = [];
  let chance = 1;
  for (const texts of rank(exact === null ? all : [...all, exact])) {
    // Each condition is looked for in every text: one more must still tell something.
    if (kept.length === CONDITIONS_LIMIT || chance < RARE || (kept.length > 0 && chanceOf(texts) > HALF)) break;
    kept.push(texts);
    chance *= chanceOf(texts);
  }
  return kept;
}

/** Those worth asking for, the rarest first. */
function rank(conditions: readonly AnyOf[]): AnyOf[] {
  const distinct = new Map(conditions.map((texts) => [texts.join('\n'), texts]));
  return [...distinct.values()]
    .map((texts) => ({ texts, chance: chanceOf(texts) }))
    .filter(({ chance }) => chance < CHANCE_LIMIT)
    .sort((a, b) => a.chance - b.chance || a.texts.length - b.texts.length)
    .map(({ texts }) => texts);
}

/** An empty text is in everything, and an empty set in nothing: a piece that cannot match is not asked for. */
function chanceOf(texts: AnyOf): number {
  return texts.length === 0 || texts.includes('') ? 1 : estimateChance(texts);
}

const NOTHING: Needs = { exact: null, all: [] };

function analyse(pattern: Pattern): Needs {
  switch (pattern.kind) {
    case 'bytes':
      return analyseSet(pattern.set);
    case 'assertion':
    case 'look':
      return { exact: [''], all: [] };
    case 'group':
    case 'atomic':
      return analyse(pattern.body);
    case 'reference':
      return NOTHING;
    case 'sequence':
      return analyseSequence(pattern.parts);
    case 'choice':
      return analyseChoice(pattern.options.map(analyse));
    case 'repeat': {
      const body = analyse(pattern.body);
      if (pattern.min === 1 && pattern.max === 1) return body;
      if (pattern.min === 0) {
        if (pattern.max !== 1 || body.exact === null || body.exact.length >= TEXTS_LIMIT) return NOTHING;
        return { exact: [...new Set([...body.exact, ''])], all: [] };
      }
      const times = body.exact === null ? null : spell(body.exact, pattern.min);
      return { exact: null, all: times === null ? body.all : [...body.all, times] };
    }
  }
}

/** What stands there at least when texts are repeated so many times. */
function spell(texts: readonly string[], times: number): readonly string[] {
  let spelled = texts;
  for (let time = 1; time < times; time++) {
    const longer = join(spelled, texts);
    if (longer === null) break;
    spelled = longer;
  }
  return spelled;
}

/** Patterns share the sets of single bytes, and this is most of what they are made of. */
const bySet = new WeakMap<ByteSet, Needs>();

function analyseSet(set: ByteSet): Needs {
  let needs = bySet.get(set);
  if (needs === undefined) {
    const chars = [...new Set(listBytes(set).map(foldByte))];
    if (chars.length === 0 || chars.length > BYTES_LIMIT) needs = NOTHING;
    else needs = chars.length <= CLASS_LIMIT ? { exact: chars, all: [] } : { exact: null, all: [chars] };
    bySet.set(set, needs);
  }
  return needs;
}

function analyseSequence(parts: readonly Pattern[]): Needs {
  const all: AnyOf[] = [];
  let run: readonly string[] = [''];
  let whole = true;
  for (const part of parts) {
    const needs = analyse(part);
    if (needs.all.length > 0) all.push(...needs.all);
    const joined = needs.exact === null ? null : join(run, needs.exact);
    if (joined !== null) {
      run = joined;
      continue;
    }
    whole = false;
    all.push(run);
    run = needs.exact ?? [''];
  }
  if (whole) return { exact: run, all };
  all.push(run);
  return { exact: null, all };
}

/** Every left text with every right one after it; null when that is too much to spell out. */
function join(left: readonly string[], right: readonly string[]): readonly string[] | null {
  if (left.length * right.length > TEXTS_LIMIT) return null;
  const [head] = left;
  const [tail] = right;
  if (left.length === 1 && right.length === 1 && head !== undefined && tail !== undefined) {
    return head.length + tail.length > LENGTH_LIMIT ? null : [head + tail];
  }
  const joined = left.flatMap((head) => right.map((tail) => head + tail));
  return joined.some((text) => text.length > LENGTH_LIMIT) ? null : [...new Set(joined)];
}

function analyseChoice(options: readonly Needs[]): Needs {
  const exact = options.every((option) => option.exact !== null)
    ? [...new Set(options.flatMap((option) => option.exact ?? []))]
    : null;
  if (exact !== null && exact.length <= TEXTS_LIMIT) return { exact, all: [] };
  const best = options.map(({ exact: texts, all }) => rank(texts === null ? all : [...all, texts])[0]);
  if (best.includes(undefined)) return { exact: null, all: [] };
  const union = [...new Set(best.flatMap((texts) => texts ?? []))];
  return { exact: null, all: union.length <= CHOICE_LIMIT ? [union] : [] };
}

function foldByte(byte: number): string {
  return String.fromCharCode(byte >= 65 && byte <= 90 ? byte + 32 : byte);
}
