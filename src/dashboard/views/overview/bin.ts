/** One bar of a histogram. */
export interface Bin {
  /** Where it begins, as the axis says it. */
  readonly from: string;
  /** All of it, as the table says it. */
  readonly name: string;
  readonly n: number;
}
