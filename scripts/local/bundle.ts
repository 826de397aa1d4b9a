import { execFile } from 'node:child_process';
import { mkdir, copyFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { leafletSource } from './leaflet-source.ts';
import { pageSizes, type PageSizes } from './page-size.ts';
import { buildWorld } from './world.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where the shipped Worker begins. */
export const WORKER_ENTRY = join(root, 'src', 'index.ts');
const PAGE_SOURCE = join(root, 'src', 'dashboard');
/** Where `wrangler.toml` has the page's files; the Worker serves them under `/dashboard`. */
const PAGE_OUTPUT = join(root, 'dist', 'dashboard');

/** Bundles a Worker as `wrangler deploy` does: one ES module, the runtime's own modules left outside. */
export async function bundleWorker(entry = WORKER_ENTRY, options: { readonly minify?: boolean } = {}): Promise<string> {
  const result = await build({
    entryPoints: [entry],
    absWorkingDir: root,
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    mainFields: ['module', 'main'],
    external: ['cloudflare:*', 'node:*'],
    define: { 'process.env.NODE_ENV': '"production"' },
    keepNames: true,
    minify: options.minify ?? false,
    legalComments: 'none',
    logLevel: 'silent',
  });
  const file = result.outputFiles[0];
  if (file === undefined) throw new Error(`esbuild wrote nothing for ${entry}`);
  return file.text;
}

/** The view that opens first: with it the page is of use. */
const FIRST_VIEW = 'src/dashboard/views/traffic/view.ts';
const TAILWIND = join(root, 'node_modules', '@tailwindcss', 'cli', 'dist', 'index.mjs');

/** Builds the dashboard's static files; answers what they weigh. */
export async function buildDashboard(): Promise<PageSizes> {
  await rm(PAGE_OUTPUT, { recursive: true, force: true });
  await mkdir(PAGE_OUTPUT, { recursive: true });
  const entries = ['main.ts', 'status.ts', 'map.ts', 'theme.ts', 'style.css', 'status.css', 'desk.css', 'map.css'];
  const { metafile } = await build({
    entryPoints: entries.map((entry) => join(PAGE_SOURCE, entry)),
    absWorkingDir: root,
    bundle: true,
    metafile: true,
    // What both pages use is loaded once.
    splitting: true,
    outdir: PAGE_OUTPUT,
    format: 'esm',
    target: ['es2022'],
    minify: true,
    sourcemap: true,
    plugins: [leafletSource],
    // The model's card.
    loader: { '.md': 'text' },
    logLevel: 'silent',
  });
  await writeFile(join(PAGE_OUTPUT, 'world.json'), await buildWorld());
  for (const file of ['index.html', 'status.html', 'map.html', 'icon.svg']) {
    await copyFile(join(PAGE_SOURCE, file), join(PAGE_OUTPUT, file));
  }
  const styles = ['-i', join(PAGE_SOURCE, 'utilities.css'), '-o', join(PAGE_OUTPUT, 'utilities.css'), '--minify'];
  await promisify(execFile)(process.execPath, [TAILWIND, ...styles], { cwd: root });
  return pageSizes(metafile, PAGE_OUTPUT, root, FIRST_VIEW);
}
