import { Kind } from './token-kind.ts';
import { sameLetters } from './word-table.ts';

/** Whether a word begins a statement other than SELECT. */
export function isVerb(kind: number): boolean {
  return kind >= Kind.Insert && kind <= Kind.Statement && kind !== Kind.If;
}

/** Verbs of programs, which honest programs seldom keep in a string, unlike queries. */
export function isProgramVerb(kind: number): boolean {
  return kind === Kind.Execute || kind === Kind.Declare || kind === Kind.Waitfor;
}

/** What may name a table or a column: also words that are functions or keywords elsewhere. */
export function isName(kind: number): boolean {
  return kind === Kind.Name || kind === Kind.Function || kind === Kind.ObjectWord || kind === Kind.Type;
}

export function isText(kind: number): boolean {
  return kind === Kind.String || kind === Kind.OpenString;
}

/** Words that are functions when a parenthesis follows: `IF(`, `REPLACE(`, `DATABASE(`, `CHAR(`, SQLite's `LIKE(`. */
export function isCallable(kind: number): boolean {
  return (
    isName(kind) ||
    kind === Kind.ProbeFunction ||
    kind === Kind.If ||
    kind === Kind.Insert ||
    kind === Kind.Constant ||
    kind === Kind.Compare
  );
}

/** Words that go on with a query that the text did not begin. */
export function isContinuation(kind: number): boolean {
  return (
    kind === Kind.Logic ||
    kind === Kind.LogicSign ||
    kind === Kind.Union ||
    kind === Kind.Where ||
    kind === Kind.Having ||
    kind === Kind.Sort ||
    kind === Kind.Limit ||
    kind === Kind.Into ||
    kind === Kind.Procedure
  );
}

/** Tables that a database has of itself, by how their names begin. */
const CATALOGS = [
  'information_schema',
  'sysibm.',
  'syscat.',
  'sysmaster',
  'sysusers',
  'sysobjects',
  'syscolumns',
  'sysdatabases',
  'sys.',
  'mysql.',
  'pg_',
  'all_tab',
  'all_users',
  'dba_',
  'rdb$',
  'sqlite_',
  'msys',
  'v$',
  'master..',
  'dual',
];

/** Whether the word at `start` names a table that only databases and those who explore them know. */
export function isCatalog(text: string, start: number): boolean {
  return CATALOGS.some((name) => sameLetters(text, start, name));
}
