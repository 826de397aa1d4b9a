import type { EventRule, NumberedEvent } from '../../actors/contracts.ts';
import { categoryName } from '../category-names.ts';
import { OUTCOME_NAMES } from '../outcome-names.ts';
import { decidedBy, mainRule } from './decided-by.ts';
import { sayInputs } from './input-words.ts';
import { sayLocation } from './location-words.ts';
import { saySystem } from './system-words.ts';

/** A verdict as a person says it. */
export interface VerdictWords {
  /** What became of the request: `Blocked`. */
  readonly outcome: string;
  /** Why, in one breath: `SQL injection in the query parameter q`. */
  readonly cause: string;
  /** Which layer decided, and by what. */
  readonly detail: string;
}

interface Why {
  readonly cause: string;
  readonly detail: string;
}

/** What became of a request and why, without a word of jargon that an operator would have to look up. */
export function sayVerdict(event: NumberedEvent): VerdictWords {
  const outcome = OUTCOME_NAMES[event.outcome] ?? event.outcome;
  const { cause, detail } = event.kind === 'system' ? saySystem(event.reason) : sayRequest(event);
  const excluded = event.excluded ?? [];
  const kept =
    excluded.length === 0
      ? ''
      : ` ${excluded.length === 1 ? 'The exclusion' : 'The exclusions'} ${excluded.join(', ')} kept other matches away.`;
  return { outcome, cause, detail: detail + kept };
}

function sayRequest(event: NumberedEvent): Why {
  if (event.failed !== undefined) return sayFailure(event, event.failed);
  if (event.outcome === 'limit') return sayLimit(event);
  return sayLayer(event);
}

function sayLayer(event: NumberedEvent): Why {
  switch (decidedBy(event)) {
    case 'blocklist':
      return sayBlocklist(event);
    case 'intelligence':
      return sayIntelligence(event);
    case 'rule':
      return sayRule(event);
    case 'anomaly':
      return sayAnomaly(event);
    case 'score':
      return sayScore(event);
    case 'none':
      return { cause: event.reason, detail: sayNobody(event) };
  }
}

/** An actor that did not answer in time, or a judgement that broke: the route's `fail` decided. */
function sayFailure(event: NumberedEvent, failed: 'open' | 'closed'): Why {
  const [failure = event.reason] = event.reason.split(';', 1);
  const cause = sayWhatFailed(failure);
  const route = event.request === undefined ? 'its route' : `the route ${event.request.route}`;
  if (failed === 'closed') {
    return { cause, detail: `No layer decided. What cannot be checked is refused, since ${route} fails closed.` };
  }
  // The rest of the verdict stood.
  if (event.outcome === 'block' || event.outcome === 'challenge') {
    const why = sayLayer(event);
    return { ...why, detail: `${why.detail} ${capital(cause)}; ${route} fails open.` };
  }
  return { cause, detail: `It was let through without that check, since ${route} fails open.` };
}

function sayWhatFailed(failure: string): string {
  if (failure.startsWith('rate guardian')) return 'the rate limit could not be checked';
  if (failure.startsWith('reputation')) return 'the reputation of the client could not be asked for';
  if (failure.startsWith('rules:')) return 'the rules could not be run to their end within their budget';
  return failure;
}

function sayLimit(event: NumberedEvent): Why {
  const [told = ''] = event.reason.split(';', 1);
  const cause = told === '' ? 'too many requests' : told;
  const lowered =
    decidedBy(event) === 'intelligence' ? ' It is lower for this address, which threat intelligence lists.' : '';
  return {
    cause,
    detail: `The rate limit decided: it is about how many requests come, not about what they are.${lowered}`,
  };
}

function sayBlocklist({ reason }: NumberedEvent): Why {
  const [range = '', why = ''] = splitOnce(reason, ' is on the blocklist: ');
  const whose = /^AS\d/.test(range)
    ? `its network ${range} is on the blocklist`
    : range.includes('/')
      ? `its range ${range} is on the blocklist`
      : 'the address is on the blocklist';
  return {
    cause: whose,
    detail: `The blocklist decided, before anything of the request was read. The reason given there: ${why}`,
  };
}

function sayIntelligence({ reason, layers }: NumberedEvent): Why {
  const [, score = '', tier = ''] = /\(score ([\d.]+), tier (\w+)\)/.exec(reason) ?? [];
  const listed = score === '' ? '' : ` at ${score}, in the tier ${tier.replaceAll('_', ' ')}`;
  const content = layers === undefined ? 'Its content was not read.' : 'Its content alone would have passed.';
  return {
    cause: 'the address is a known threat',
    detail: `Threat intelligence decided: it is listed${listed}. ${content}`,
  };
}

function sayRule(event: NumberedEvent): Why {
  const rule = mainRule(event);
  if (rule === undefined) return { cause: event.reason, detail: 'A rule decided.' };
  const others = new Set(event.ruleIds ?? event.rules?.map(({ id }) => id)).size - 1;
  const more = others < 1 ? '' : others === 1 ? ' One more rule matched.' : ` ${others} more rules matched.`;
  return {
    cause: `${sayAttack(rule)} in ${sayLocation(rule.location, event.request)}`,
    detail: `${sayDeed(rule, event)}${more}`,
  };
}

function sayDeed({ id, name, mode, ruleset }: EventRule, { outcome }: NumberedEvent): string {
  const rule = `rule ${id} (${name})`;
  if (outcome === 'block') return `The ${rule} decided: it blocks by itself.`;
  if (mode === undefined) return `The ${rule} matched. It only logs, and the request went on.`;
  const whose = ruleset === undefined ? 'Its ruleset' : `The ruleset ${ruleset}`;
  return `The ${rule} matched. ${whose} only ${mode === 'detect' ? 'detects' : 'weighs'}, and the request went on.`;
}

function sayAnomaly(event: NumberedEvent): Why {
  const told = (event.rules ?? []).filter(({ location }) => !/^TX\b/.test(location));
  const [heaviest] = told.toSorted((a, b) => b.score - a.score);
  const cause =
    heaviest === undefined
      ? 'several rules together'
      : `${sayAttack(heaviest)} in ${sayLocation(heaviest.location, event.request)}, by several rules together`;
  return { cause, detail: `The sum of the rules decided: ${event.reason}.` };
}

function sayScore(event: NumberedEvent): Why {
  const [, score = event.score?.toFixed(3) ?? '', threshold = ''] =
    /^score ([\d.]+) is at or above the \w+ threshold ([\d.]+)/.exec(event.reason) ?? [];
  const against = sayInputs(event, 3);
  const cause = against[0] ?? sayNamed(event.reason);
  const from =
    threshold === ''
      ? ''
      : `, and from ${threshold} on a request is ${(OUTCOME_NAMES[event.outcome] ?? '').toLowerCase()}`;
  const most = against.length < 2 ? '' : ` What weighed most: ${against.join('; ')}.`;
  return { cause, detail: `The score decided: ${score} of 1${from}.${most}` };
}

/** The reason names what weighed, in the shield's words: `rule scanner-001, bot scanner_user_agent`. */
function sayNamed(reason: string): string {
  const named = reason.split(': ')[1] ?? '';
  if (named.startsWith('bot ')) return 'the client looks automated';
  if (named.startsWith('address ')) return 'the address has a bad record';
  if (named.startsWith('rule ')) return 'rules matched';
  return 'it reads like an attack';
}

function sayNobody({ outcome }: NumberedEvent): string {
  if (outcome === 'block') return 'No layer decided: what did not come whole cannot be judged, and was not sent on.';
  if (outcome === 'log') return 'Nothing was found against the rest, and it went on.';
  return 'Nothing was found against it.';
}

/** What a rule says that a request is. The names of some categories tell less than the rule's own. */
function sayAttack({ category, name }: EventRule): string {
  if (category === 'other' || category === 'protocol') return name;
  return category === 'scanner' ? 'Traces of a scanner' : categoryName(category);
}

function splitOnce(text: string, by: string): readonly string[] {
  const at = text.indexOf(by);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + by.length)];
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
