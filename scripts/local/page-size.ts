import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Metafile } from 'esbuild';
import { gzipSize } from './size.ts';

/** The dashboard is opened in a hurry, and not always over a good line: what its first view needs keeps to this. */
export const PAGE_LIMIT = 150 * 1024;

/** The files that the page's markup names. */
const NAMED = /(?:href|src)="\/dashboard\/([\w.-]+)"/g;

/**
 * Bytes of the page's first load, gzip: its markup and styles, `main.ts`, the view of `view` (its source), and what
 * those import; not what they import later. `folder`: where the files were written; `root`: what the metafile's paths
 * start from.
 */
export async function firstLoadSize(metafile: Metafile, folder: string, root: string, view: string): Promise<number> {
  const markup = await readFile(join(folder, 'index.html'), 'utf8');
  const ahead = ['index.html', ...[...markup.matchAll(NAMED)].map(([, file = '']) => file)];
  const main = relative(root, join(folder, 'main.js'));
  const files = new Set(ahead.map((file) => relative(root, join(folder, file))).filter((file) => file !== main));
  const entries = Object.entries(metafile.outputs).filter(
    ([, { entryPoint }]) => entryPoint === 'src/dashboard/main.ts' || entryPoint === view,
  );
  if (entries.length !== 2) throw new Error(`the page's build has no main.ts or no ${view}`);
  const follow = (file: string) => {
    if (files.has(file)) return;
    files.add(file);
    for (const { path, kind } of metafile.outputs[file]?.imports ?? []) {
      if (kind === 'import-statement') follow(path);
    }
  };
  for (const [file] of entries) follow(file);
  const sizes = await Promise.all([...files].map(async (file) => gzipSize(await readFile(join(root, file), 'utf8'))));
  return sizes.reduce((sum, size) => sum + size, 0);
}
