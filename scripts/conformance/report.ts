import type { Outcome, Told } from './run.ts';

/** The report for a program. */
export function toJson(suite: string, { tests, passed, failed, excepted, skipped }: Outcome): unknown {
  return { suite, tests, passed, failed, excepted, skipped };
}

/** The report for a person. */
export function formatReport(suite: string, outcome: Outcome): string {
  const { groups, tests, passed, failed, excepted, skipped, unneeded } = outcome;
  const asked = tests - skipped.length;
  const lines = [
    suite,
    '',
    ...[...groups].map(([name, group]) => `  ${name.padEnd(44)} ${`${group.passed}/${group.tests}`.padStart(11)}`),
    '',
    ...list('failed', failed),
    ...list('failed, as declared', excepted),
    ...(skipped.length === 0
      ? []
      : [`${skipped.length} skipped: ${skipped[0]?.why ?? ''}`, `  ${skipped.map(({ id }) => id).join(', ')}`, '']),
    ...(unneeded.length === 0 ? [] : [`declared as exceptions, and passed all the same: ${unneeded.join(', ')}`, '']),
    `${passed} of ${asked} passed (${share(passed, asked)}), ${failed.length} failed, ${excepted.length} failed as declared; ${skipped.length} of ${tests} skipped`,
  ];
  return `${lines.join('\n')}\n`;
}

function list(title: string, told: readonly Told[]): string[] {
  if (told.length === 0) return [];
  // What has one cause is told once.
  const byWhy = Map.groupBy(told, ({ why }) => why);
  const lines = [...byWhy].map(([why, tests]) => `  ${tests.map(({ id }) => id).join(', ')}\n    ${why}`);
  return [`${told.length} ${title}:`, ...lines, ''];
}

function share(part: number, whole: number): string {
  return whole === 0 ? 'n/a' : `${((part / whole) * 100).toFixed(2)} %`;
}
