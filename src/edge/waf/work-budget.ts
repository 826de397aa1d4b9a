/** What a small request may cost whatever it holds: 200 times what an ordinary one does. */
const BASE = 1_000_000;

/**
 * For each byte of a request. With CRS at paranoia level 2 honest text takes up to 40 (a scan as it came, a few transformations and
 * as many scans, a few rules), text made of all that rules look for 160.
 */
const PER_BYTE = 96;

/**
 * Bytes of work that a request may take: scanned, transformed, or read by an operator, each time it is. About 5 ns each; every
 * part of the engine is linear, so this bounds what no input can make worse than its length, but the number of rules that a text
 * can get to look at it.
 */
export class WorkBudget {
  #left = BASE;

  /** For a value that came. */
  grant(bytes: number): void {
    this.#left += PER_BYTE * bytes;
  }

  spend(bytes: number): void {
    this.#left -= bytes;
  }

  get isSpent(): boolean {
    return this.#left < 0;
  }
}
