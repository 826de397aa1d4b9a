import { InvalidArgumentError } from 'commander';
import { readDuration } from './settings.ts';

/** An option that is given several times, or with several values. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').filter((part) => part !== '')];
}

/** A parser that says which words it takes: what completes command lines asks. */
export interface WordsParser {
  (text: string, before?: readonly string[]): readonly string[];
  readonly words: readonly string[];
}

/** The same, of a few words: commander's own `choices` knows no commas. */
export function oneOf(words: readonly string[]): WordsParser {
  const parse = (text: string, before?: readonly string[]) => {
    const wrong = collect(text).find((word) => !words.includes(word));
    if (wrong !== undefined) throw new InvalidArgumentError(`"${wrong}" is none of ${words.join(', ')}.`);
    return collect(text, before);
  };
  return Object.assign(parse, { words });
}

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) throw new InvalidArgumentError(`It must be ${least} to ${most}.`);
    return value;
  };
}

/** The number of a network, `64500` or `AS64500`. */
export function readAsn(text: string): number {
  const number = Number(/^(?:AS)?(\d{1,10})$/i.exec(text)?.[1] ?? 0);
  if (!(number >= 1 && number <= 0xffff_ffff))
    throw new InvalidArgumentError('It is the number of a network, as AS64500.');
  return number;
}

export function seconds(text: string): number {
  const value = readDuration(text);
  if (value === null) throw new InvalidArgumentError('It looks like 90s, 30m, 1h30m or 7d.');
  return value;
}
