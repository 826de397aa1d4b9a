import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { EXIT } from './exit-codes.ts';
import { fail, type Answer } from './outcome.ts';

/** The text of a file, or of stdin where it is `-`. */
export async function readInput(file: string): Promise<Answer<string>> {
  try {
    return { ok: true, value: file === '-' ? await readAll(process.stdin) : await readFile(file, 'utf8') };
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const why = error instanceof Error ? error.message : String(error);
    return fail(missing ? EXIT.notFound : EXIT.failed, 'unreadable', missing ? `There is no file ${file}` : why);
  }
}

/** The same as JSON, with its text as it came. */
export async function readJsonInput(file: string): Promise<Answer<{ readonly text: string; readonly data: unknown }>> {
  const read = await readInput(file);
  if (!read.ok) return read;
  try {
    return { ok: true, value: { text: read.value, data: JSON.parse(read.value) as unknown } };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fail(EXIT.failed, 'bad-json', `${file === '-' ? 'stdin' : file} is not JSON: ${why}`);
  }
}
