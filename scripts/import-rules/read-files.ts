import { existsSync, globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { Place, SecDirective, SecFile, SecProblem } from '../../rules/seclang/ast.ts';
import { parseSecLang } from '../../rules/seclang/parse-seclang.ts';

/** Includes within includes: CRS needs one, and a circle would not end. */
const INCLUDE_DEPTH = 8;

/** SecLang in the files under a path, in the order in which a server would read them. */
export class RuleFiles {
  /** Every file that was read, with the number of its directives. */
  readonly read: { readonly path: string; readonly directives: number }[] = [];

  /** One file, with what it includes. */
  readFile(path: string): readonly SecFile[] {
    return [this.#readFile(path, 0)];
  }

  /**
   * A folder's `.conf` files by name, each with what it includes, between those of the plugins beside it: CRS has their
   * configuration and what must come before the rules read before, and the rest after.
   */
  readRules(path: string): readonly SecFile[] {
    if (!statSync(path).isDirectory()) return this.readFile(path);
    const plugins = join(path, '..', 'plugins');
    const paths = [
      ...list(plugins, /-config\.conf$/),
      ...list(plugins, /-before\.conf$/),
      ...list(path, RULE_FILE),
      ...list(plugins, /-after\.conf$/),
    ];
    return paths.map((one) => this.#readFile(one, 0));
  }

  #readFile(path: string, depth: number): SecFile {
    const { directives, problems } = parseSecLang(readFileSync(path, 'latin1'), path);
    this.read.push({ path, directives: directives.length });
    const all: SecDirective[] = [];
    const wrong: SecProblem[] = [...problems];
    for (const directive of directives) {
      if (directive.kind !== 'include') {
        all.push(directive);
        continue;
      }
      const included = this.#readIncluded(directive.path, directive.place, directive.optional, depth);
      all.push(...included.directives);
      wrong.push(...included.problems);
    }
    return { directives: all, problems: wrong };
  }

  #readIncluded(pattern: string, place: Place, optional: boolean, depth: number): SecFile {
    if (depth >= INCLUDE_DEPTH)
      return { directives: [], problems: [{ place, message: 'files include one another too deep' }] };
    const paths = globSync(isAbsolute(pattern) ? pattern : join(dirname(place.file), pattern)).sort();
    if (paths.length === 0) {
      return { directives: [], problems: optional ? [] : [{ place, message: `there is no file ${pattern}` }] };
    }
    const files = paths.map((path) => this.#readFile(path, depth + 1));
    return {
      directives: files.flatMap(({ directives }) => directives),
      problems: files.flatMap(({ problems }) => problems),
    };
  }
}

/** The set-up is read before, and once. */
const RULE_FILE = /^(?!crs-setup\.conf$).*\.conf$/;

function list(folder: string, wanted: RegExp): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => wanted.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** A file that a rule names, next to the rule's own; bytes as they are. */
export function readDataFile(name: string, from: Place): string | null {
  const path = isAbsolute(name) ? name : join(dirname(from.file), name);
  return existsSync(path) ? readFileSync(path, 'latin1') : null;
}

/** A source tree of CRS keeps its rules in a folder of their own. */
export function findRules(path: string): string {
  const inner = join(path, 'rules');
  return list(inner, RULE_FILE).length > 0 ? inner : path;
}

/** A set-up beside the rules, the user's own before the example: in the folder, above it, or where Debian keeps it. */
export function findSetup(rules: string): string | null {
  const folder = statSync(rules).isDirectory() ? rules : dirname(rules);
  const folders = [folder, join(folder, '..')];
  if (resolve(folder).startsWith('/usr/share/modsecurity-crs')) folders.push('/etc/modsecurity/crs');
  const candidates = ['crs-setup.conf', 'crs-setup.conf.example'].flatMap((name) =>
    folders.map((one) => join(one, name)),
  );
  return candidates.find((path) => existsSync(path)) ?? null;
}

export function fileName(path: string): string {
  return basename(path);
}
