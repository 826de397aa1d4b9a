/** What happened and when, as lines that a person follows. The first moment marked is zero. */
export class Timeline {
  readonly #say: (line: string) => void;
  readonly #marks: { readonly at: number; readonly what: string }[] = [];

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** `at`: Unix milliseconds. */
  mark(what: string, at: number): void {
    this.#marks.push({ at, what });
    const start = this.#marks[0]?.at ?? at;
    this.#say(`  ${`+${((at - start) / 1000).toFixed(1)} s`.padStart(8)}  ${what}`);
  }
}
