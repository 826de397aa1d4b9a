import type { EventRule, NumberedEvent } from '../../actors/contracts.ts';
import { decisionStyle, type Paint } from './paint.ts';
import { clip, plain } from './plain.ts';
import { clock } from './when.ts';

/** A line is for recognising; `why` tells the rest. */
const TARGET_WIDTH = 56;
const RULES_SHOWN = 3;
/** Of a request's id: enough to name one of the 1000 events that are kept. */
const ID_WIDTH = 8;

/** One event on one line, its columns where the last one had them. */
export function eventLine(event: NumberedEvent, paint: Paint): string {
  const { at, outcome, client, request, score, rules = [] } = event;
  const head = [
    paint('dim', clock(at)),
    paint(decisionStyle(outcome), outcome.padEnd(9)),
    paint('dim', event.id.slice(0, ID_WIDTH)),
  ];
  if (request === undefined) return [...head, plain(event.reason)].join('  ');
  const target = clip(`${plain(request.method)} ${plain(request.path)}`, TARGET_WIDTH);
  const why = rules.length === 0 ? plain(event.reason) : describeRules(rules);
  return [
    ...head,
    (score === undefined ? '' : score.toFixed(2)).padStart(4),
    plain(client?.ip ?? '').padEnd(15),
    plain(client?.country ?? '').padEnd(2),
    target.padEnd(TARGET_WIDTH),
    why,
  ].join('  ');
}

function describeRules(rules: readonly EventRule[]): string {
  const shown = rules.slice(0, RULES_SHOWN).map(({ id, location }) => `${plain(id)} in ${plain(location)}`);
  const more = rules.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}
