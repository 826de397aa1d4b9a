// `npm run deploy`: builds, then hands over to wrangler. Arguments go to it: `npm run deploy -- --dry-run` sends nothing.
import { join } from 'node:path';
import { ensureInstalled } from './setup/install.mjs';
import { modernNode, npm, root, run } from './setup/run.mjs';

const args = process.argv.slice(2);
await ensureInstalled();

const build = await npm(['run', '-s', 'build']);
if (build.code !== 0) process.exit(build.code);

const wrangler = join(root, 'node_modules', 'wrangler', 'bin', 'wrangler.js');
const { code } = await run(modernNode(), [wrangler, 'deploy', ...args]);
if (code === 0 && !args.includes('--dry-run')) {
  console.log(`
The shield is live. Its control plane refuses everyone until it has a key; set a long random one (32 bytes or more):

  npx wrangler secret put ADMIN_API_KEY`);
}
process.exitCode = code;
