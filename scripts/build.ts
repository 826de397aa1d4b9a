// `npm run build`: the page's static files, and the Worker bundled once to see that it builds and what it weighs.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildDashboard, bundleWorker, root } from './local/bundle.ts';
import { PAGE_LIMIT } from './local/page-size.ts';
import { BUNDLE_LIMIT, gzipSize } from './local/size.ts';

const { firstLoad } = await buildDashboard();
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
console.log(`Dashboard's first load ${kilobytes(firstLoad)} gzip (limit ${kilobytes(PAGE_LIMIT)})`);
if (firstLoad > PAGE_LIMIT) {
  console.error(
    'The dashboard outgrew its limit: what its first view does not need is to be imported when it is used.',
  );
  process.exitCode = 1;
}
