import { existsSync } from 'node:fs';
import type { Paranoia } from '../../rules/seclang/draft.ts';
import { importSecLang } from '../../rules/seclang/import-seclang.ts';
import type { Ruleset } from '../../rules/schema.ts';
import type { Parsed } from '../../src/parse.ts';
import { findRules, findSetup, readDataFile, RuleFiles } from './read-files.ts';

export interface FolderOptions {
  readonly name: string;
  readonly paranoia: Paranoia;
  /** Read after the rules' own set-up. */
  readonly laidOver?: string;
}

/** The rules of a folder as a ruleset, for commands that go on to use it; `setup` is looked for beside the rules where it is not named. */
export function importFolder(folder: string, setup: string | undefined, options: FolderOptions): Parsed<Ruleset> {
  const missing = [folder, setup].find((path) => path !== undefined && !existsSync(path));
  if (missing !== undefined) return refuse(missing, 'is not there');
  const rules = findRules(folder);
  const files = new RuleFiles();
  const settings = [setup ?? findSetup(rules), options.laidOver].flatMap((path) =>
    path === undefined || path === null ? [] : files.readFile(path),
  );
  const source = { setup: settings, rules: files.readRules(rules), readData: readDataFile };
  if (source.rules.length === 0) return refuse(folder, 'holds no .conf file');
  const imported = importSecLang(source, { name: options.name, paranoia: options.paranoia, exclude: null });
  if (!imported.ok) return imported;
  const { ruleset } = imported.value;
  return ruleset.rules.length === 0 ? refuse(folder, 'holds no rule that can be taken') : { ok: true, value: ruleset };
}

function refuse(path: string, message: string): Parsed<never> {
  return { ok: false, problems: [{ path, message }] };
}
