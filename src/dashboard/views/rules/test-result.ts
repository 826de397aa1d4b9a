import { element } from '../../dom.ts';
import { OUTCOME_NAMES } from '../../outcome-names.ts';
import { button } from '../../controls/button.ts';

/** What `POST /admin/rules/test` answers, as far as it is shown. */
export interface TestVerdict {
  readonly decision: string;
  readonly score: number;
  readonly reason: string;
  readonly route: string;
  readonly anomaly_score: number;
  readonly matches: readonly {
    readonly id: string;
    readonly name: string;
    readonly ruleset: string;
    readonly mode: string;
    readonly location: string;
    readonly matched: string;
    readonly score: number;
    readonly transformations: readonly string[];
  }[];
  readonly kept_away: readonly { readonly exclusion: string; readonly id?: string; readonly location: string }[];
}

const MODES: Readonly<Record<string, string>> = { block: '', weigh: 'only weighs', detect: 'only tells' };

/** The verdict in words, and each match with the text that it found. */
export function testResult(verdict: TestVerdict, openRule: (ruleset: string, id: string) => void): HTMLElement {
  const { decision, score, reason, route, anomaly_score, matches, kept_away } = verdict;
  const rows = matches.map((match) => {
    const how = [
      MODES[match.mode] ?? match.mode,
      match.transformations.length === 0 ? '' : `after ${match.transformations.join(', ')}`,
    ];
    return element(
      'li',
      {},
      element(
        'div',
        {},
        button(match.id, () => openRule(match.ruleset, match.id), 'link'),
        ` ${match.name}`,
      ),
      element('div', {}, 'in ', element('code', {}, match.location), ' ', element('mark', {}, match.matched)),
      element('small', {}, [`${match.ruleset}, adds ${match.score}`, ...how].filter((part) => part !== '').join('; ')),
    );
  });
  const kept = kept_away.map(({ exclusion, id, location }) =>
    element(
      'li',
      {},
      `${id ?? 'A rule'} would match in `,
      element('code', {}, location),
      `; exclusion ${exclusion} keeps it away.`,
    ),
  );
  return element(
    'div',
    { class: 'verdict-card', 'data-outcome': decision },
    element(
      'p',
      { class: 'verdict-word' },
      element('b', {}, OUTCOME_NAMES[decision] ?? decision),
      `  score ${score.toFixed(2)}`,
    ),
    element('p', {}, `${reason.slice(0, 1).toUpperCase()}${reason.slice(1)}.`),
    element('p', { class: 'faint' }, `Route ${route}; the rules add up to ${anomaly_score}.`),
    ...(rows.length === 0
      ? [element('p', { class: 'faint' }, 'No rule matches.')]
      : [element('ol', { class: 'matches' }, ...rows)]),
    ...(kept.length === 0 ? [] : [element('ul', { class: 'matches' }, ...kept)]),
  );
}
