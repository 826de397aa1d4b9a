import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSecLang } from '../../../rules/seclang/parse-seclang.ts';
import type { CrsCopy } from './crs.ts';

/** A regular expression of CRS, without macros, and the rule or file and line that it stands in. */
export interface CrsPattern {
  readonly id: string;
  readonly source: string;
  readonly captures: boolean;
}

/** Every `@rx` of a copy, in order; those with macros in them are known only while a request is judged. */
export function readCrsPatterns({ rules }: CrsCopy): readonly CrsPattern[] {
  return directives(rules).flatMap((directive): CrsPattern[] => {
    if (directive.kind !== 'rule' || directive.operator?.name !== 'rx' || /%\{/.test(directive.operator.argument))
      return [];
    const id = directive.actions.find(({ name }) => name === 'id')?.argument;
    const { file, line } = directive.place;
    const captures = directive.actions.some(({ name }) => name === 'capture');
    return [{ id: id ?? `${file}:${line}`, source: directive.operator.argument, captures }];
  });
}

/** The words of every `@pm` and `@pmFromFile` of a copy. */
export function readCrsWords({ rules }: CrsCopy): readonly (readonly string[])[] {
  return directives(rules).flatMap((directive): string[][] => {
    if (directive.kind !== 'rule') return [];
    const { name, argument } = directive.operator ?? { name: '', argument: '' };
    if (name === 'pm') return [argument.split(/\s+/).filter((word) => word !== '')];
    if (name !== 'pmFromFile' && name !== 'pmf') return [];
    const words = argument.split(/\s+/).flatMap((file) => readFileSync(join(rules, file), 'latin1').split('\n'));
    return [words.map((word) => word.trim()).filter((word) => word !== '' && !word.startsWith('#'))];
  });
}

function directives(folder: string) {
  const files = readdirSync(folder).filter((file) => file.endsWith('.conf'));
  return files.flatMap((file) => parseSecLang(readFileSync(join(folder, file), 'latin1'), file).directives);
}
