import type { CheckResult, ThreatSource } from '../../actors/contracts.ts';
import { ask } from '../control/ask.ts';
import { element, inputById } from '../dom.ts';
import { bindAction, type Outcome } from './action.ts';
import { hour } from './moment.ts';
import { ROLE_NAMES, TIER_NAMES } from './names.ts';
import { table } from './table.ts';
import { score } from './tiers.ts';

/** What happens to an address now, and who says what about it. */
export function bindCheck(): void {
  const input = inputById('address');
  bindAction<CheckResult>({
    button: 'check',
    output: 'check-result',
    progress: 'Looking it up…',
    run: () => {
      const ip = input.value.trim();
      if (ip !== '') return ask(`/check?${new URLSearchParams({ ip })}`);
      input.focus();
      return null;
    },
    show: showCheck,
  });
}

function showCheck(result: CheckResult): Outcome {
  return [...sayNow(result), ...showFindings(result)];
}

/** What becomes of the address, before anything that is known of it. */
export function sayNow({ now }: CheckResult): readonly HTMLElement[] {
  return now === undefined ? [] : [element('p', { class: 'now', 'data-tier': TONES[now.outcome] }, now.says)];
}

/** A let-in address has the tone of one that is only noted. */
const TONES = { block: 'block', challenge: 'challenge', limit: 'rate_limit', pass: 'log_only' } as const;

/** What the sources say, and where that is enforced. */
export function showFindings(result: CheckResult): readonly HTMLElement[] {
  const { ip, tier, now, sources } = result;
  const why = now === undefined ? result.why : result.why.slice(now.says.length).trim();
  const about = element(
    'p',
    { class: 'checked', 'data-tier': tier },
    'Threat intelligence on ',
    element('code', {}, ip),
    ': ',
    element('b', {}, TIER_NAMES[tier]),
    `, score ${score(result.score)}`,
  );
  const places = element('ul', {}, ...whereEnforced(result).map((place) => element('li', {}, place)));
  return [about, element('p', {}, why), places, ...(sources.length === 0 ? [] : [sourceTable(sources)])];
}

function whereEnforced({ enforced, allowed }: CheckResult): readonly string[] {
  const { edge, lists, blocklist } = enforced;
  const places = lists.map(({ displayName, range }) => `In the account’s list ${displayName}, as ${range}.`);
  if (edge !== null) places.unshift(`At the edge: ${TIER_NAMES[edge].toLowerCase()}.`);
  if (blocklist !== null)
    places.push(`On the blocklist as ${blocklist.range}, by ${blocklist.source}: ${blocklist.reason}`);
  if (places.length === 0) places.push('In no list, and in no tier at the edge.');
  if (allowed !== null) places.push(`On the allow-list as ${allowed.range} (${allowed.origin}): ${allowed.note}`);
  return places;
}

function sourceTable(sources: readonly ThreatSource[]): HTMLElement {
  const rows = sources.map((source) => [
    element('span', {}, source.id, element('small', { title: 'weight × confidence × decay' }, factors(source))),
    element('code', {}, source.range),
    source.role === 'threat' ? score(source.contribution) : ROLE_NAMES[source.role],
    hour(source.firstSeen),
    hour(source.lastSeen),
  ]);
  return table('Sources that list it', ['Source', 'Lists', 'Counts', 'Since', 'Last seen'], 'Counts', rows);
}

/** What a source adds is the product of these; a mere label adds nothing. */
function factors({ role, weight, confidence, decay }: ThreatSource): string {
  return role === 'threat' ? `${score(weight)} × ${score(confidence)} × ${score(decay)}` : '';
}
