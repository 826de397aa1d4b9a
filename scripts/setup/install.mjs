// Installs the packages of the lock file when they are missing or of another version. No dependencies.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm, root } from './run.mjs';

const OLDEST_NODE = 20;

/** True when every package the lock file asks for is there in its version; ones for other systems may be missing. */
export function isInstalled(folder = root) {
  const wanted = packagesIn(join(folder, 'package-lock.json'));
  const present = packagesIn(join(folder, 'node_modules', '.package-lock.json'));
  if (wanted === null || present === null) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional, devOptional }]) =>
      path === '' || present[path]?.version === version || ((optional || devOptional) && present[path] === undefined),
  );
}

/** `npm ci` writes its own lock file into node_modules as its last step, so an interrupted install is not taken for a whole one. */
function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return null;
  }
}

/** Installs what is missing; ends the process with a plain message when that fails. */
export async function ensureInstalled() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < OLDEST_NODE) {
    console.error(
      `EdgeShield needs Node ${OLDEST_NODE} or newer; this is ${process.version}. Get one at https://nodejs.org`,
    );
    process.exit(1);
  }
  if (isInstalled()) return;
  console.log('Installing packages (once, about half a minute) ...');
  // Some packages ask for a newer Node than the one that installs them; they run on the one that gets installed.
  const { code, output } = await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], { quiet: true });
  if (code === 0) return;
  console.error(output.trim());
  const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|ENETUNREACH/.test(output);
  console.error(
    offline
      ? '\nThe packages could not be fetched: is there a network, and does `npm ping` answer? Then run the command again.'
      : '\nInstalling the packages failed; npm says why above. `npm ci` runs the same step by hand.',
  );
  process.exit(1);
}
