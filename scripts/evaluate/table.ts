import type { Report, Shares } from './tally.ts';

const WIDTHS = [34, 7, 9, 11, 8, 8, 12, 12] as const;

type Counts = Pick<Shares, 'n' | 'block' | 'challenge' | 'log' | 'allow'>;

/** The report for a program: decisions only, as the layers have their own figures. */
export function toJson(report: Report): unknown {
  const groups = (shares: Readonly<Record<string, Shares>>) =>
    Object.fromEntries(Object.entries(shares).map(([name, group]) => [name, countsOf(group)]));
  const { attack, benign } = report.decision;
  return {
    ...report,
    decision: { attack: countsOf(attack), benign: countsOf(benign) },
    byCategory: groups(report.byCategory),
    bySource: groups(report.bySource),
  };
}

function countsOf({ n, block, challenge, log, allow }: Shares): Counts {
  return { n, block, challenge, log, allow };
}

/** The report for a person. */
export function formatReport(report: Report): string {
  const { attack, benign } = report.decision;
  const lines = [
    `rows                ${report.rows} (${attack.n} attacks, ${benign.n} honest)`,
    `AUC of the score    ${decimal(report.auc)}`,
    `TPR at FPR 0.1 %    ${percent(report.tprAtFpr['0.001'])}`,
    `TPR at FPR 1 %      ${percent(report.tprAtFpr['0.01'])}`,
    `rules alone         TPR ${percent(report.rules.tpr)}, FPR ${percent(report.rules.fpr)}`,
    `score alone         TPR ${percent(attack.score / attack.n)}, FPR ${percent(benign.score / benign.n)} (challenged or blocked)`,
    `final decision      TPR ${percent((attack.block + attack.challenge) / attack.n)}, FPR ${percent((benign.block + benign.challenge) / benign.n)} (challenged or blocked)`,
    '',
    row(['', 'n', 'blocked', 'challenged', 'logged', 'allowed', 'rules alone', 'score alone']),
    sharesRow('attack', attack),
    sharesRow('honest', benign),
    '',
    'by category',
    ...Object.entries(report.byCategory).map(([name, shares]) => sharesRow(`  ${name}`, shares)),
    '',
    'by source',
    ...Object.entries(report.bySource).map(([name, shares]) => sharesRow(`  ${name}`, shares)),
  ];
  return `${lines.join('\n')}\n`;
}

function sharesRow(name: string, { n, block, challenge, log, allow, rules, score }: Shares): string {
  return row([name, String(n), ...[block, challenge, log, allow, rules, score].map((part) => percent(part / n))]);
}

function row(cells: readonly string[]): string {
  const padded = cells.map((cell, i) => (i === 0 ? cell.padEnd(WIDTHS[0]) : cell.padStart(WIDTHS[i] ?? 0)));
  return padded.join('').trimEnd();
}

function percent(share: number | null): string {
  return share === null || Number.isNaN(share) ? 'n/a' : `${(share * 100).toFixed(1)} %`;
}

function decimal(value: number | null): string {
  return value === null ? 'n/a' : value.toFixed(4);
}
