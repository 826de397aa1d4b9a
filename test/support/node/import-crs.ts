import type { Ruleset } from '../../../rules/schema.ts';
import { importSecLang } from '../../../rules/seclang/import-seclang.ts';
import { readDataFile, RuleFiles } from '../../../scripts/import-rules/read-files.ts';
import type { CrsCopy } from './crs.ts';

/** The rules of a copy of CRS, imported. */
export function importCrs({ rules, setup }: CrsCopy, paranoia: 1 | 2 | 3 | 4): Ruleset {
  const files = new RuleFiles();
  const source = { setup: files.readFile(setup), rules: files.readRules(rules), readData: readDataFile };
  const imported = importSecLang(source, { name: 'crs', paranoia, exclude: null });
  if (!imported.ok) throw new Error(JSON.stringify(imported.problems));
  return imported.value.ruleset;
}
