import type { Evidence } from '../actors/contracts.ts';
import type { Severity } from '../../rules/schema.ts';
import { isTally } from './decide.ts';
import { redactText } from './redact.ts';
import type { Outcome, Verdict } from './verdict.ts';

/** Going too fast is a nuisance, not an attack: many refusals weigh what one injection does. */
const RATE_WEIGHT = 0.1;
/** A bot signal below this is a matter of taste. */
const BOT_FLOOR = 0.5;

/** For rules that leave the scoring to others, as those of CRS do. */
const SEVERITY_WEIGHTS: Readonly<Record<Severity, number>> = { critical: 0.5, error: 0.4, warning: 0.2, notice: 0.1 };

/** What a request proves against its client; empty for clean ones, so that nothing is ever remembered of them. `at` in Unix milliseconds. */
export function evidenceOf(verdict: Verdict, outcome: Outcome, at: number): readonly Evidence[] {
  // An address that is listed proves nothing new by knocking, nor by meeting a limit that the listing lowered.
  if (verdict.by === 'intelligence') return [];
  if (outcome === 'limit') return [{ category: 'rate', weight: RATE_WEIGHT, count: 1, at, why: 'rate limit exceeded' }];
  if (outcome !== 'block' && outcome !== 'challenge') return [];
  // A blocked address proves nothing new by knocking again, and a shield that failed proves nothing at all.
  if (verdict.by === 'blocklist' || verdict.by === 'none') return [];
  const items = new Map<string, Evidence>();
  for (const match of verdict.waf.matches) {
    // What only detects is on trial itself; and what the site answered is not its visitor's doing.
    if (match.mode === 'detect' || match.location.startsWith('RESPONSE_') || isTally(match.location)) continue;
    const weight = match.score > 0 ? Math.min(1, match.score / 100) : SEVERITY_WEIGHTS[match.severity];
    const known = items.get(match.category);
    if (known !== undefined && known.weight >= weight) continue;
    // The sender chose the member's name: it may be a secret.
    const why = `${match.id} in ${redactText(match.location)}`.slice(0, 120);
    items.set(match.category, { category: match.category, weight, count: 1, at, why });
  }
  if (verdict.bot.score >= BOT_FLOOR) {
    const why = verdict.bot.signals
      .map((signal) => signal.name)
      .join(', ')
      .slice(0, 120);
    items.set('bot', { category: 'bot', weight: verdict.bot.score * 0.5, count: 1, at, why });
  }
  if (items.size === 0 && verdict.by === 'score') {
    items.set('score', {
      category: 'score',
      weight: verdict.score * 0.5,
      count: 1,
      at,
      why: verdict.reason.slice(0, 120),
    });
  }
  return [...items.values()];
}
