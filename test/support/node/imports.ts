import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';

/** A source file as the boundaries see it: what it says and what it imports. */
export interface Source {
  /** From the project's root, with slashes: `src/edge/shield.ts`. */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  /** Project path of a relative import, else the bare specifier. */
  readonly target: string;
  readonly relative: boolean;
  /** Erased before anything runs: `import type`, `export type`. */
  readonly typeOnly: boolean;
}

const STATIC = /^\s*(?:import|export)\s+(type\s)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]/g;

/** Every import of a formatted TypeScript file: static, re-exporting, for side effects, dynamic. */
export function importsOf(source: Source): readonly Import[] {
  const found: Import[] = [];
  const add = (specifier: string, typeOnly: boolean) => {
    const relative = specifier.startsWith('.');
    const target = relative ? posix.join(posix.dirname(source.path), specifier) : specifier;
    found.push({ target, relative, typeOnly });
  };
  for (const [, type, specifier = ''] of source.text.matchAll(STATIC)) add(specifier, type !== undefined);
  for (const [, specifier = ''] of source.text.matchAll(DYNAMIC)) add(specifier, false);
  return found;
}

/** Reads all TypeScript files below the folders. */
export function readSources(root: string, folders: readonly string[]): readonly Source[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
      .map((entry) => {
        const file = join(entry.parentPath, entry.name);
        const path = relative(root, file).replaceAll('\\', '/');
        return { path, text: readFileSync(file, 'utf8') };
      }),
  );
}
