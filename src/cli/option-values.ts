import { InvalidArgumentError } from 'commander';
import { readDuration } from './settings.ts';

/** An option that is given several times, or with several values. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').filter((part) => part !== '')];
}

/** The same, of a few words: commander's own `choices` knows no commas. */
export function oneOf(words: readonly string[]): (text: string, before?: readonly string[]) => readonly string[] {
  return (text, before) => {
    const wrong = collect(text).find((word) => !words.includes(word));
    if (wrong !== undefined) throw new InvalidArgumentError(`"${wrong}" is none of ${words.join(', ')}.`);
    return collect(text, before);
  };
}

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) throw new InvalidArgumentError(`It must be ${least} to ${most}.`);
    return value;
  };
}

export function seconds(text: string): number {
  const value = readDuration(text);
  if (value === null) throw new InvalidArgumentError('It looks like 90s, 30m, 1h30m or 7d.');
  return value;
}
