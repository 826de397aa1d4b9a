import type { NotTaken } from '../../rules/seclang/draft-rules.ts';
import type { ImportReport } from '../../rules/seclang/import-seclang.ts';
import type { Remark } from '../../rules/seclang/draft.ts';
import type { Engine } from '../../src/edge/waf/regex/matcher.ts';
import { CATEGORIES } from '../../rules/schema.ts';
import { fileName } from './read-files.ts';

/** What an import is told with. */
export interface ImportResult {
  readonly report: ImportReport;
  readonly files: readonly { readonly path: string; readonly directives: number }[];
  /** Branches of regular expressions, by who runs them. */
  readonly engines: Readonly<Record<Engine, number>>;
  readonly setup: string | null;
  readonly setupChosen: boolean;
  readonly name: string;
  readonly version: string;
  readonly out: string;
  readonly bytes: number;
  readonly milliseconds: number;
}

const LOSES: Readonly<Record<NotTaken['loses'], string>> = {
  detection: 'loses detection',
  exclusion: 'loses an exclusion: more false positives',
  bookkeeping: 'loses no detection',
};

/** The report for people: what was read, what became of it, and what could not be taken. */
export function formatImport(result: ImportResult): string {
  const { report, files, engines } = result;
  const directives = files.reduce((sum, file) => sum + file.directives, 0);
  const lines = [
    `Read ${files.length} files, ${directives} directives, ${report.written} rules.`,
    result.setup === null
      ? 'Set-up: none. Rules that need one refuse every request; name it with --setup.'
      : `Set-up: ${result.setup}${result.setupChosen ? ' (found beside the rules; --setup names another)' : ''}`,
    '',
    `Taken: ${report.taken.length} rules, of which ${report.taken.filter(({ detects }) => detects).length} detect; those`,
    ...table(
      'paranoia',
      countBy(report, (rule) => `level ${rule.paranoia}`),
    ),
    ...table(
      'phase',
      countBy(report, (rule) => `phase ${rule.phase}`),
    ),
    ...table(
      'category',
      countBy(report, (rule) => rule.category, CATEGORIES),
    ),
    `Regular expressions: ${engines.v8 + engines.dfa + engines.memory} branches, ${engines.v8} proven fit for V8, ${engines.dfa} on the automaton, ${engines.memory} with a budget`,
    '',
    `Resolved at import: ${report.unreachable + report.never + report.idle} rules`,
    `  ${pad(report.unreachable)} behind a guard that the set-up closes (higher paranoia levels, parts that are off)`,
    `  ${pad(report.never)} whose condition the set-up rules out`,
    `  ${pad(report.idle)} that only set what is now constant`,
  ];
  if (report.removed > 0) lines.push(`Removed by --exclude or SecRuleRemove: ${report.removed} rules`);
  if (report.implied.length > 0) {
    lines.push(`Implied by the engine, which chooses the body processor itself: ${report.implied.join(', ')}`);
  }
  lines.push('', ...told('Not taken', report.notTaken, (remark) => `${remark.message}; ${LOSES[remark.loses]}`));
  lines.push(...told('Taken without', report.incomplete, ({ message }) => message));
  lines.push(...told('Directives not taken', report.notices, ({ message }) => message));
  lines.push(...told('REFUSE EVERY REQUEST', report.refusals, ({ message }) => message));
  lines.push(
    `Wrote ${result.out}: ruleset ${result.name} ${result.version}, ${(result.bytes / 1024).toFixed(0)} KB, in ${result.milliseconds} ms.`,
  );
  return `${lines.join('\n')}\n`;
}

function countBy(
  report: ImportReport,
  key: (rule: ImportReport['taken'][number]) => string,
  order?: readonly string[],
): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>((order ?? []).map((name) => [name, 0]));
  for (const rule of report.taken) if (rule.detects) counts.set(key(rule), (counts.get(key(rule)) ?? 0) + 1);
  const found = [...counts].filter(([, count]) => count > 0);
  return order === undefined ? found.sort(([a], [b]) => a.localeCompare(b)) : found;
}

function table(label: string, counts: readonly (readonly [string, number])[]): readonly string[] {
  return [`  by ${label.padEnd(8)}  ${counts.map(([name, count]) => `${name}: ${count}`).join(', ')}`];
}

function pad(count: number): string {
  return String(count).padStart(4);
}

/** Remarks with the same words once, and all their places. */
function told<R extends Remark>(title: string, remarks: readonly R[], text: (remark: R) => string): readonly string[] {
  if (remarks.length === 0) return [];
  const groups = new Map<string, R[]>();
  for (const remark of remarks) {
    const words = text(remark);
    groups.set(words, [...(groups.get(words) ?? []), remark]);
  }
  const lines = [`${title}: ${remarks.length}`];
  for (const [words, group] of groups) {
    lines.push(`  ${words}`);
    for (const { place, rule } of group) {
      lines.push(`    ${rule === null ? '' : `${rule}  `}${fileName(place.file)}:${place.line}`);
    }
  }
  return [...lines, ''];
}
