import type { RuleMatch, Signal } from '../../edge/verdict.ts';
import { decisionStyle, paintMatch, type Paint } from './paint.ts';
import { plain } from './plain.ts';
import { facts } from './table.ts';

/** What the control plane makes of a request that it was asked to try. */
export interface Tested {
  readonly seq: number;
  readonly decision: string;
  readonly score: number;
  readonly by: string;
  readonly reason: string;
  readonly route: string;
  readonly anomaly_score: number;
  readonly matches: readonly (Omit<RuleMatch, 'mode'> & { readonly mode: string })[];
  readonly kept_away: readonly { readonly exclusion: string; readonly id?: string; readonly location: string }[];
  readonly bot: { readonly score: number; readonly signals: readonly Signal[] };
  readonly reputation: { readonly score: number; readonly signals: readonly Signal[] };
  /** Limits that the request exceeds, by name: what lies beyond was not inspected. */
  readonly truncated: readonly string[];
}

export function describeTested(tested: Tested, paint: Paint): string {
  const { decision, score, by, reason, route, anomaly_score, matches, kept_away, bot, reputation, truncated } = tested;
  const head = facts(
    [
      ['why', by === 'none' ? plain(reason) : `${plain(reason)} (by ${by})`],
      [
        'score',
        `${two(score)} of 1; rules ${anomaly_score} points, 100 block; bot ${two(bot.score)}; reputation ${two(reputation.score)}`,
      ],
      ['bot', describeSignals(bot.signals)],
      ['address', describeSignals(reputation.signals)],
      ['route', plain(route)],
      ['beyond limits', truncated.map(plain).join(', ')],
    ],
    paint,
  );
  const told = matches.map(({ id, name, severity, location, matched, mode, ruleset, paranoia }) => {
    const where = `${plain(location)}: ${paintMatch(plain(matched), paint)}`;
    const whose = `${plain(ruleset ?? 'owasp-core')}, ${severity}, paranoia ${paranoia}, ${mode}`;
    return `\n  ${paint('bold', plain(id))}  ${plain(name)} ${paint('dim', `(${whose})`)}\n    in ${where}`;
  });
  const kept = kept_away.map(
    ({ exclusion, id, location }) =>
      `  exclusion ${plain(exclusion)} kept ${plain(id ?? 'a rule')} away from ${plain(location)}`,
  );
  return [
    paint(decisionStyle(decision), decision.toUpperCase()),
    head,
    ...told,
    ...(kept.length > 0 ? ['', ...kept] : []),
  ].join('\n');
}

export function describeSignals(signals: readonly Signal[]): string {
  return signals.map(({ name, weight }) => `${plain(name)} ${two(weight)}`).join(', ');
}

/** `0.2`, not `0.19999999999999996`. */
function two(score: number): number {
  return Number(score.toFixed(2));
}
