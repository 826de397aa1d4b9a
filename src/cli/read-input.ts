import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { EXIT } from './exit-codes.ts';
import { fail, type Answer } from './outcome.ts';

const WHY: Readonly<Record<string, (file: string) => string>> = {
  ENOENT: (file) => `There is no file ${file}`,
  EISDIR: (file) => `${file} is a folder`,
  EACCES: (file) => `${file} may not be read`,
};

/** The text of a file, or of stdin where it is `-`. */
export async function readInput(file: string): Promise<Answer<string>> {
  if (file === '-' && process.stdin.isTTY) process.stderr.write('Reading what is typed; Ctrl-D ends it.\n');
  try {
    return { ok: true, value: file === '-' ? await readAll(process.stdin) : await readFile(file, 'utf8') };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const why = WHY[code]?.(file) ?? (error instanceof Error ? error.message : String(error));
    return fail(code === 'ENOENT' ? EXIT.notFound : EXIT.failed, 'unreadable', why, 'Name a file, or - for stdin.');
  }
}

/** The same as JSON, with its text as it came. */
export async function readJsonInput(file: string): Promise<Answer<{ readonly text: string; readonly data: unknown }>> {
  const read = await readInput(file);
  if (!read.ok) return read;
  const name = file === '-' ? 'stdin' : file;
  if (read.value.trim() === '') return fail(EXIT.failed, 'bad-json', `${name} is empty`, 'JSON is expected there.');
  try {
    return { ok: true, value: { text: read.value, data: JSON.parse(read.value) as unknown } };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fail(EXIT.failed, 'bad-json', `${name} is not JSON: ${why}`, 'Nothing was sent.');
  }
}
