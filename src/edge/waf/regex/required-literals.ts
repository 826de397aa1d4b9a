import { countBytes, listBytes, type ByteSet } from './byte-set.ts';
import type { Pattern } from './pattern.ts';

/** Texts, lower-cased, of which at least one is in every match. */
export type AnyOf = readonly string[];

interface Needs {
  /** Every text the piece can match, lower-cased; null when there are too many. */
  readonly exact: readonly string[] | null;
  /** Each must be met. */
  readonly all: readonly AnyOf[];
}

/** A byte class of more characters than this (both cases count once) tells too little. */
const CLASS_LIMIT = 8;
/** Bounds on what is spelled out: enough for real rules, small enough for one automaton. */
const TEXTS_LIMIT = 64;
const CHOICE_LIMIT = 256;
const LENGTH_LIMIT = 24;
/** Conditions kept for one pattern: the most selective say nearly everything. */
const CONDITIONS_LIMIT = 3;

/**
 * What every match must contain, as conditions of which each must be met; none when nothing can be said. A text that fails one
 * cannot match, so the regular expression need not run. Sound by construction: where in doubt a condition is dropped.
 */
export function requireLiterals(pattern: Pattern): readonly AnyOf[] {
  const { exact, all } = analyse(pattern);
  const conditions = exact === null ? all : [...all, exact];
  return conditions
    .filter(isSelective)
    .sort((a, b) => selectivity(b) - selectivity(a))
    .slice(0, CONDITIONS_LIMIT);
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
      return { exact: null, all: body.exact === null ? body.all : [...body.all, body.exact] };
    }
  }
}

/** Patterns share the sets of single bytes, and this is most of what they are made of. */
const bySet = new WeakMap<ByteSet, Needs>();

function analyseSet(set: ByteSet): Needs {
  let needs = bySet.get(set);
  if (needs === undefined) {
    const chars = countBytes(set) > 2 * CLASS_LIMIT ? [] : [...new Set(listBytes(set).map(foldByte))];
    needs = chars.length > 0 && chars.length <= CLASS_LIMIT ? { exact: chars, all: [] } : NOTHING;
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
  const best = options.map(
    (option) =>
      [...option.all, ...(option.exact === null ? [] : [option.exact])]
        .filter(isSelective)
        .sort((a, b) => selectivity(b) - selectivity(a))[0],
  );
  if (best.includes(undefined)) return { exact: null, all: [] };
  const union = [...new Set(best.flatMap((texts) => texts ?? []))];
  return { exact: null, all: union.length <= CHOICE_LIMIT ? [union] : [] };
}

/** An empty text is in everything, and a single letter, digit or space in nearly everything. */
function isSelective(texts: AnyOf): boolean {
  return texts.length > 0 && texts.every((text) => text.length > 1 || /[^a-z0-9 ]/.test(text));
}

function selectivity(texts: AnyOf): number {
  return Math.min(...texts.map((text) => text.length)) - texts.length / 64;
}

function foldByte(byte: number): string {
  return String.fromCharCode(byte >= 65 && byte <= 90 ? byte + 32 : byte);
}
