// `npm run build`: the page's static files, and the Worker bundled once to see that it builds and what it weighs.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildDashboard, bundleWorker, root } from './local/bundle.ts';
import { BUNDLE_LIMIT, gzipSize } from './local/size.ts';

await buildDashboard();
const script = await bundleWorker();
await mkdir(join(root, 'dist', 'worker'), { recursive: true });
await writeFile(join(root, 'dist', 'worker', 'index.js'), script);

const size = gzipSize(script);
const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(0)} KB`;
console.log(`Worker ${kilobytes(script.length)}, ${kilobytes(size)} gzip (limit ${kilobytes(BUNDLE_LIMIT)})`);
if (size > BUNDLE_LIMIT) {
  console.error('The Worker outgrew its limit: see what it bundles with `npx esbuild --analyze`.');
  process.exitCode = 1;
}
