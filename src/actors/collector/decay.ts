/**
 * How sharp the bend is: with 0.3 an address keeps 90 % of its weight for half of its lifetime and loses the rest in the second half, as
 * addresses do that are given to somebody else. The form is that of MISP's polynomial decay (Mokaddem et al., "Taxonomy driven indicator
 * scoring in MISP threat intelligence platforms", 2019).
 */
const DECAY_SPEED = 0.3;

/** What is left, 0 to 1, of an address that was last listed `age` ago and is forgotten after `lifetime` (the same unit). */
export function decay(age: number, lifetime: number): number {
  if (age <= 0) return 1;
  return age >= lifetime ? 0 : 1 - (age / lifetime) ** (1 / DECAY_SPEED);
}

/**
 * The age of what a source lists: none while the source is heard of, for then it goes on listing it. Past two missed fetches its silence
 * is no yes any more.
 */
export function ageOfListed(now: number, heardAt: number, interval: number): number {
  return Math.max(0, now - heardAt - 2 * interval);
}
