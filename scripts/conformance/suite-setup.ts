import { join } from 'node:path';
import type { FolderOptions } from '../import-rules/import-folder.ts';

/** How the suites' own runs are set up. */
export const SUITE_SETUP: FolderOptions = {
  name: 'owasp-crs',
  paranoia: 4,
  laidOver: join(import.meta.dirname, 'suite-setup.conf'),
};
