import { gzipSync } from 'node:zlib';

/** Workers may weigh 3 MB gzip on the free plan; a cold start parses all of it, so the shield keeps to a fifth. */
export const BUNDLE_LIMIT = 600 * 1024;

/** Bytes of a script as `wrangler deploy` reckons them. */
export function gzipSize(script: string): number {
  return gzipSync(script).length;
}
