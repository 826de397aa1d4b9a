/** What the grammar reads next. */
export const Mode = {
  Operand: 0,
  Operator: 1,
  /** The first word of a statement. */
  Statement: 2,
  /** Its further words. */
  Head: 3,
  /** SELECT, after UNION. */
  Union: 4,
  /** BY, after ORDER or GROUP. */
  By: 5,
  /** OUTFILE, after INTO. */
  Outfile: 6,
  /** ANALYSE, after PROCEDURE. */
  Analyse: 7,
  /** A name, after AS. */
  Alias: 8,
  /** Nothing: the word has no place here. */
  Wrong: 9,
  /** Not known: the word is none of those asked about. */
  None: 10,
} as const;
