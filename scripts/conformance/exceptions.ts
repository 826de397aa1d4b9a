import { existsSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { parseWith } from '../../src/parse.ts';

/** Where the engine is asked: in this process, or behind the sockets of a local Worker. */
export const VIAS = ['engine', 'worker'] as const;
export type Via = (typeof VIAS)[number];

const File = v.strictObject({
  suite: v.string(),
  exceptions: v.array(
    v.strictObject({
      /** Why none of these tests can pass there. */
      why: v.pipe(v.string(), v.minLength(20)),
      via: v.pipe(v.array(v.picklist(VIAS)), v.minLength(1)),
      tests: v.pipe(v.array(v.string()), v.minLength(1)),
    }),
  ),
});

/** Why a test is excused, by its id. */
export type Exceptions = ReadonlyMap<string, string>;

/** The declared exceptions of a suite, kept in the project; none when there is no file for it. Throws when the file is wrong. */
export function readExceptions(version: string, via: Via): Exceptions {
  const file = new URL(`exceptions/crs-${version}.json`, import.meta.url);
  if (!existsSync(file)) return new Map();
  const read = parseWith(File, JSON.parse(readFileSync(file, 'utf8')));
  if (!read.ok) throw new Error(`${file.pathname}: ${read.problems[0]?.path} ${read.problems[0]?.message}`);
  const here = read.value.exceptions.filter((exception) => exception.via.includes(via));
  return new Map(here.flatMap(({ tests, why }) => tests.map((id) => [id, why] as const)));
}
