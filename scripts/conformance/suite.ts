import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Parsed, Problem } from '../../src/parse.ts';
import { parseTestFile, type FtwTest } from './ftw-test.ts';

/** Reads every `.yaml` and `.yml` under a folder, in the order of their paths. Problems name their file. */
export function readSuite(folder: string): Parsed<readonly FtwTest[]> {
  let files: string[];
  try {
    files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.ya?ml$/.test(file));
  } catch (error) {
    return refuse([{ path: folder, message: `cannot be read: ${messageOf(error)}` }]);
  }
  const tests: FtwTest[] = [];
  const problems: Problem[] = [];
  for (const file of files.toSorted()) {
    const read = parseTestFile(
      readFileSync(join(folder, file), 'utf8'),
      basename(file),
      basename(dirname(join(folder, file))),
    );
    if (read.ok) tests.push(...read.value);
    else
      problems.push(
        ...read.problems.map(({ path, message }) => ({
          path: join(folder, file),
          message: `${path} ${message}`.trim(),
        })),
      );
  }
  if (problems.length > 0) return refuse(problems);
  if (tests.length === 0)
    return refuse([
      {
        path: folder,
        message: 'holds no tests: name the folder with the .yaml files of a CRS release (tests/regression/tests)',
      },
    ]);
  return { ok: true, value: tests };
}

function refuse(problems: readonly Problem[]): Parsed<never> {
  return { ok: false, problems };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
