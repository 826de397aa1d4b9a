import { FAMILIES, HALF_WINDOW, PATH_START, TEXT_END, VALUE_START, WINDOW } from '../src/edge/score/lexicon.ts';
import { ngramsAt, NGRAMS_PER_TOKEN } from '../src/edge/score/ngrams.ts';
import { reveal } from '../src/edge/score/reveal.ts';
import { visitTexts } from '../src/edge/score/texts.ts';
import { createTokenBuffer, tokenize } from '../src/edge/score/tokens.ts';
import type { Vocabulary } from '../src/edge/score/vocabulary.ts';
import { sourceOf, viewLabelled, type LabelledRequest } from './labelled-request.ts';

/** A request as the lexicon's trainer sees it. */
export interface LexiconExample {
  readonly source: string;
  readonly attack: boolean;
  /** The family that the attack belongs to; -1 when its category does not tell. */
  readonly family: number;
  readonly texts: readonly { readonly text: string; readonly start: number }[];
}

const FAMILY_OF: Readonly<Record<string, (typeof FAMILIES)[number]>> = {
  sqli: 'sql',
  xss: 'markup',
  cmdi: 'shell',
  shell: 'shell',
  traversal: 'path',
  rfi: 'path',
  ssrf: 'path',
  probe: 'path',
};

/**
 * The texts to learn from, or null when the row teaches nothing about texts: a scanner is known by its name. Headers and
 * cookies count only where the corpus says that the real text stands there: the others were filled in by its maker.
 */
export function lexiconExample(request: LabelledRequest): LexiconExample | null {
  if (request.category === 'scanner') return null;
  const realHeaders = request.source.endsWith('|wrapped:header');
  const realCookies = request.source.endsWith('|wrapped:cookie') || request.source.startsWith('har');
  const texts: { text: string; start: number }[] = [];
  visitTexts(viewLabelled(request), (text, place) => {
    if ((place === 'header' && !realHeaders) || (place === 'cookie' && !realCookies)) return;
    texts.push({ text: reveal(text).text, start: place === 'path' ? PATH_START : VALUE_START });
  });
  const family = FAMILY_OF[request.category];
  return {
    source: sourceOf(request),
    attack: request.label === 'attack',
    family: family === undefined ? -1 : FAMILIES.indexOf(family),
    texts,
  };
}

/** Longer texts teach no more; the corpora cut bodies at 20 kB. */
const TOKEN_LIMIT = 16_384;
const tokens = createTokenBuffer(TOKEN_LIMIT);
const ngrams = new Int32Array(NGRAMS_PER_TOKEN);

/** The n-grams of each window of a text, as `Lexicon.score` lays them. */
export function windowsOf(text: string, start: number, vocabulary: Vocabulary): number[][] {
  tokens.literals[0] = tokens.kinds[0] = start;
  tokens.length = 1;
  tokens.next = 0;
  tokenize(text, vocabulary, tokens);
  const last = Math.min(tokens.length, TOKEN_LIMIT - 1);
  tokens.literals[last] = tokens.kinds[last] = TEXT_END;
  const halves: number[][] = [];
  for (let at = 0; at <= last; at++) {
    if (at % HALF_WINDOW === 0) halves.push([]);
    const half = halves.at(-1)!;
    const count = ngramsAt(tokens.literals, tokens.kinds, at, ngrams);
    for (let i = 0; i < count; i++) half.push(ngrams[i]!);
  }
  if (last < WINDOW) return [halves.flat()];
  return halves.slice(1).map((half, i) => [...halves[i]!, ...half]);
}
