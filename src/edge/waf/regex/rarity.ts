/**
 * How many of a thousand bytes of ordinary values (arguments, headers, bodies; lower-cased) are each of these, in round figures
 * counted over honest requests. They only choose between conditions that are all true: how wrong they are costs time, not matches.
 */
const PER_MILLE: readonly (readonly [number, string])[] = [
  [50, 'eat io'],
  [35, 'nlpsm'],
  [25, 'c.r"/d0gh'],
  [15, ',%+b1wfux73'],
  [9, ';-2=v65k48:'],
  [5, 'z9qy_)(\\*'],
  [2.5, 'j?}{`'],
  [0.7, "\n[]&>'#<"],
  [0.2, '|@\t$!'],
];
const OTHER_PER_MILLE = 0.02;

const FREQUENCIES = new Float64Array(256).fill(OTHER_PER_MILLE / 1000);
for (const [perMille, bytes] of PER_MILLE) for (const byte of bytes) FREQUENCIES[byte.charCodeAt(0)] = perMille / 1000;

/** A byte is in so many times more values than it is of bytes, and follows on its neighbour so much more often than by chance. */
const IN_A_VALUE = 15;
const NEIGHBOURS = 6;

/** About the chance that an ordinary value holds any of some texts, 0 to 1. */
export function estimateChance(texts: readonly string[]): number {
  let sum = 0;
  for (const text of texts) {
    let chance = IN_A_VALUE / NEIGHBOURS;
    for (let at = 0; at < text.length; at++) {
      chance *= Math.min(1, NEIGHBOURS * FREQUENCIES[text.charCodeAt(at) & 255]!);
    }
    sum += Math.min(1, chance);
  }
  return Math.min(1, sum);
}
