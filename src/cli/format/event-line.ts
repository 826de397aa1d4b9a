import type { EventRule, NumberedEvent } from '../../actors/contracts.ts';
import { decisionStyle, type Paint } from './paint.ts';
import { clip, plain } from './plain.ts';
import { clock } from './when.ts';

/** A line is for recognising; `why` tells the rest. */
const TARGET_WIDTH = 56;
const RULES_SHOWN = 3;
/** Of a request's id: enough to name one of the 1000 events that are kept. */
const ID_WIDTH = 8;
/** On a narrower page what was asked and why have a line of their own. */
const ONE_LINE = 100;
const INDENT = '          ';

/** What the reader knows already and is not told on each line. */
export interface EventLineOptions {
  /** In place of the time of day. */
  readonly when?: string;
  /** The lines are of one address. */
  readonly ofOne?: true;
  /** Columns that are taken before it. */
  readonly indent?: number;
}

/** One event on one line, its columns where the last one had them; on two where the page is narrow. */
export function eventLine(event: NumberedEvent, paint: Paint, options: EventLineOptions = {}): string {
  const { at, outcome, client, request, score, rules = [] } = event;
  const width = paint.width - (options.indent ?? 0);
  const when = options.when ?? clock(at);
  const head = [
    paint('dim', when),
    paint(decisionStyle(outcome), outcome.padEnd(9)),
    paint('dim', event.id.slice(0, ID_WIDTH)),
  ];
  const taken = when.length + 2 + 9 + 2 + ID_WIDTH + 2;
  if (request === undefined) {
    const told = plain(event.reason);
    return width < ONE_LINE && taken + told.length > width
      ? `${head.join('  ')}\n${INDENT}${clip(told, width - INDENT.length)}`
      : [...head, clip(told, width - taken)].join('  ');
  }
  const facts = [(score === undefined ? '' : score.toFixed(2)).padStart(4)];
  if (options.ofOne !== true) facts.push(plain(client?.ip ?? '').padEnd(15), plain(client?.country ?? '').padEnd(2));
  const asked = `${plain(request.method)} ${plain(request.path)}`;
  const why = rules.length === 0 ? shortReason(event.reason, client?.ip) : describeRules(rules);
  if (width < ONE_LINE) {
    const room = width - INDENT.length;
    const target = clip(asked, Math.max(24, room - why.length - 2));
    return `${[...head, ...facts].join('  ').trimEnd()}\n${INDENT}${clip(`${target}  ${why}`, room)}`;
  }
  const room = width - taken - facts.join('  ').length - 2;
  const targetWidth = Math.min(TARGET_WIDTH, Math.floor(room / 2));
  const reason = clip(why, room - targetWidth - 2);
  return [...head, ...facts, clip(asked, targetWidth).padEnd(targetWidth), reason].join('  ');
}

/** What is said of the address needs no address: it stands in front. */
function shortReason(reason: string, ip = ''): string {
  return plain(reason.startsWith(`${ip} is `) ? reason.slice(ip.length + 4) : reason);
}

function describeRules(rules: readonly EventRule[]): string {
  const shown = rules.slice(0, RULES_SHOWN).map(({ id, location }) => `${plain(id)} in ${plain(location)}`);
  const more = rules.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}
