/**
 * What a token may be in a SQL sentence. Finer than the classes that a fingerprint shows, because the grammar asks different
 * questions of `FROM` and of `WHERE`; `LETTER_OF` gives the class.
 */
export const Kind = {
  End: 0,
  // Values
  Number: 1,
  String: 2,
  /** A string that nothing closes: the rest of the query will. */
  OpenString: 3,
  Variable: 4,
  /** NULL, TRUE, CURRENT_USER: words that are values. */
  Constant: 5,
  Name: 6,
  /** A function that databases have and honest prose seldom calls. */
  Function: 7,
  /** A function that waits, reads files, reaches out or makes errors speak: its call alone tells. */
  ProbeFunction: 8,
  Type: 9,
  // Operators
  Sign: 10,
  Star: 11,
  Arithmetic: 12,
  Not: 13,
  Compare: 14,
  /** `IN`, which opens a list. */
  In: 15,
  /** `AND`, `OR`, `XOR`. */
  Logic: 16,
  /** `&&`, `||`: logic in SQL, but of many other languages, too. */
  LogicSign: 17,
  Assign: 18,
  Cast: 19,
  // Punctuation
  Comma: 20,
  Open: 21,
  Close: 22,
  Semicolon: 23,
  Dot: 24,
  Colon: 25,
  OpenBrace: 26,
  CloseBrace: 27,
  Backslash: 28,
  Unknown: 29,
  // Comments
  Comment: 30,
  /** MySQL's executable comment, or a comment that a database with nested comments reads differently. */
  OddComment: 31,
  // Words of queries
  Select: 32,
  Union: 33,
  /** `ALL`, `DISTINCT`. */
  Quantifier: 34,
  From: 35,
  Where: 36,
  As: 37,
  Into: 38,
  Outfile: 39,
  /** `ORDER`, `GROUP`. */
  Sort: 40,
  By: 41,
  Having: 42,
  /** `LIMIT`, `OFFSET`. */
  Limit: 43,
  Procedure: 44,
  Collate: 45,
  Case: 46,
  /** `WHEN`, `THEN`, `ELSE`. */
  When: 47,
  EndCase: 48,
  /** `EXISTS`, `ANY`, `TOP`, `BINARY`: stand before a value. */
  Prefix: 49,
  Join: 50,
  /** Other words of SQL. */
  Keyword: 51,
  // Words that begin statements
  Insert: 52,
  Update: 53,
  Delete: 54,
  Define: 55,
  Execute: 56,
  Declare: 57,
  Set: 58,
  Waitfor: 59,
  If: 60,
  Shutdown: 61,
  Statement: 62,
  // Words that follow those
  Values: 63,
  /** `TABLE`, `DATABASE`, `PROCEDURE`: what `DROP` drops. */
  ObjectWord: 64,
  Delay: 65,
  Analyse: 66,
} as const;

export type Kind = (typeof Kind)[keyof typeof Kind];

/** The class of each kind in a fingerprint: one ASCII character. */
export const LETTER_OF = ' 1ssvvnfftoooook&&oo,();.:{}\\?cXEUkkkkkkBkBBkAkkkkkkTTTTTTTTTTTkkkk';
