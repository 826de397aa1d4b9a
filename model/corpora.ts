import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

/** The labelled corpora lie beside the repository, never in it; `EDGESHIELD_SHARED` names another place. */
export function corpusPath(name: string): string {
  const shared = process.env['EDGESHIELD_SHARED'] ?? fileURLToPath(new URL('../../shared', import.meta.url));
  return join(shared, 'corpora', name);
}

export function hasCorpus(name: string): boolean {
  return existsSync(corpusPath(name));
}
