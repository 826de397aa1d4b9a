import { categoryName } from '../category-names.ts';
import { count } from '../count.ts';
import { countryName } from './country-name.ts';
import { OUTCOMES } from './sighting.ts';
import { mainCategory, type Counts, type Place } from './tally.ts';

const DONE: Readonly<Record<string, string>> = {
  block: 'blocked',
  challenge: 'challenged',
  limit: 'limited',
  log: 'logged',
  allow: 'allowed',
};

/** `12 blocked, 3 logged`: the worst first. */
export function sayDone({ byOutcome }: Counts): string {
  const parts = OUTCOMES.flatMap((outcome) => {
    const n = byOutcome.get(outcome) ?? 0;
    return n === 0 ? [] : [`${count.format(n)} ${DONE[outcome]}`];
  });
  return parts.join(', ');
}

/** `SQL injection` or, of several, `SQL injection and 2 more`. */
export function sayCategories(counts: Counts): string {
  const others = counts.byCategory.size - 1;
  const main = categoryName(mainCategory(counts));
  return others > 0 ? `${main} and ${others} more` : main;
}

/** `Berlin, Germany`, or the coordinates where the city has no name. */
export function sayPlace({ city, country, position: { latitude, longitude } }: Place): string {
  const state = country === null ? '' : countryName(country);
  // A country's own coordinates come without a city.
  const spot = `${degrees(latitude)} ${latitude < 0 ? 'S' : 'N'}, ${degrees(longitude)} ${longitude < 0 ? 'W' : 'E'}`;
  return [city ?? spot, state].filter((part) => part !== '').join(', ');
}

/** To the tenth, where it is known so well. */
function degrees(value: number): string {
  return `${Number(Math.abs(value).toFixed(1))}°`;
}
