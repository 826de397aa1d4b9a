import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Metafile } from 'esbuild';
import { gzipSize } from './size.ts';

/** The dashboard is opened in a hurry, and not always over a good line: what its first view needs keeps to this. */
export const PAGE_LIMIT = 150 * 1024;

/** The files that the page's markup names. */
const NAMED = /(?:href|src)="\/dashboard\/([\w.-]+)"/g;

export interface PageSizes {
  /** Bytes, gzip, of what the page loads before its first view stands: its markup and styles, `main.ts`, that view, and what those import. */
  readonly firstLoad: number;
  /** Bytes, gzip, that each part loaded later adds to that, by its source or, where it has none, its file. */
  readonly lazy: Readonly<Record<string, number>>;
}

/** `folder`: where the files were written; `root`: what the metafile's paths start from; `view`: the source of the first view. */
export async function pageSizes(metafile: Metafile, folder: string, root: string, view: string): Promise<PageSizes> {
  const markup = await readFile(join(folder, 'index.html'), 'utf8');
  const ahead = ['index.html', ...[...markup.matchAll(NAMED)].map(([, file = '']) => file)];
  const main = relative(root, join(folder, 'main.js'));
  const first = new Set(ahead.map((file) => relative(root, join(folder, file))).filter((file) => file !== main));
  const entries = Object.entries(metafile.outputs).filter(
    ([, { entryPoint }]) => entryPoint === 'src/dashboard/main.ts' || entryPoint === view,
  );
  if (entries.length !== 2) throw new Error(`the page's build has no main.ts or no ${view}`);
  for (const [file] of entries) follow(metafile, file, first);

  const weigh = async (files: Iterable<string>) => {
    const sizes = [...files].map(async (file) => gzipSize(await readFile(join(root, file), 'utf8')));
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  };
  const lazy: Record<string, number> = {};
  for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (entryPoint === undefined || first.has(file)) continue;
    const own = new Set<string>();
    follow(metafile, file, own);
    lazy[entryPoint.replace('src/dashboard/', '')] = await weigh([...own].filter((part) => !first.has(part)));
  }
  lazy['world.json'] = await weigh([relative(root, join(folder, 'world.json'))]);
  return { firstLoad: await weigh(first), lazy };
}

/** Adds `file` to `files`, and all that it imports at once. */
function follow(metafile: Metafile, file: string, files: Set<string>): void {
  if (files.has(file)) return;
  files.add(file);
  for (const { path, kind } of metafile.outputs[file]?.imports ?? []) {
    if (kind === 'import-statement') follow(metafile, path, files);
  }
}
