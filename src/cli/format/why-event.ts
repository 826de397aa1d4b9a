import type { EventExcerpt, EventLayers, EventRule, NumberedEvent } from '../../actors/contracts.ts';
import { decisionStyle, paintMatch, type Paint } from './paint.ts';
import { plain } from './plain.ts';
import { facts } from './table.ts';
import { describeSignals } from './tested.ts';
import { ago, moment } from './when.ts';

/** Inputs of the model that moved its score most. */
const INPUTS_SHOWN = 6;

/** One request: what was decided, why, layer by layer, down to the matched text. */
export function describeEvent(event: NumberedEvent, now: number, paint: Paint): string {
  const {
    id,
    at,
    outcome,
    reason,
    score,
    client,
    request,
    rules = [],
    bot,
    reputation,
    layers,
    failed,
    excluded,
  } = event;
  const target = request === undefined ? '' : `${plain(request.method)} ${plain(request.host)}${plain(request.path)}`;
  const head = facts(
    [
      ['why', plain(reason)],
      ['when', `${moment(at)}, ${ago(at, now)}`],
      ['from', client === undefined ? '' : describeClient(client)],
      ['agent', plain(request?.userAgent ?? '')],
      ['route', plain(request?.route ?? '')],
      ['score', score === undefined ? '' : describeScore(score, layers)],
      ['bot', bot === undefined ? '' : describeLayer(bot)],
      ['address', reputation === undefined ? '' : describeLayer(reputation)],
      ['excluded', (excluded ?? []).map(plain).join(', ')],
      ['failed', failed === undefined ? '' : `an actor did not answer; the route fails ${failed}`],
      ['release', String(event.seq)],
      ['id', plain(id)],
    ],
    paint,
  );
  const ip = client === undefined ? '' : plain(client.ip);
  return [
    `${paint(decisionStyle(outcome), outcome.toUpperCase())}  ${target}`,
    head,
    ...rules.flatMap((rule) => describeRule(rule, paint)),
    ...describeInputs(event.contributions ?? {}, paint),
    ...(ip === '' ? [] : ['', `More of the address: edgeshield why ${ip}`]),
  ].join('\n');
}

function describeClient({ ip, city, country, asn, organization }: NonNullable<NumberedEvent['client']>): string {
  const network = asn === undefined ? '' : `AS${asn}${organization === undefined ? '' : ` ${organization}`}`;
  return [ip, city, country, network]
    .filter((part) => part !== undefined && part !== '')
    .map((part) => plain(part ?? ''))
    .join(', ');
}

function describeScore(score: number, layers: EventLayers | undefined): string {
  if (layers === undefined) return score.toFixed(2);
  const { anomaly, model, by, thresholds, listed, weighed } = layers;
  const parts = [
    `decided by ${by}`,
    `rules ${anomaly} points, 100 block`,
    ...(weighed === undefined ? [] : [`weighed ${weighed}`]),
    `model ${model.toFixed(2)}`,
    ...(listed === undefined ? [] : [`feeds ${listed.score.toFixed(2)} (${listed.tier})`]),
    `challenge from ${thresholds.challenge}, block from ${thresholds.block}`,
  ];
  return `${score.toFixed(2)}: ${parts.join('; ')}`;
}

function describeLayer({ score, signals }: NonNullable<NumberedEvent['bot']>): string {
  const named = describeSignals(signals);
  return named === '' && score === 0 ? '' : `${Number(score.toFixed(2))}${named === '' ? '' : `: ${named}`}`;
}

function describeRule(rule: EventRule, paint: Paint): readonly string[] {
  const { id, name, ruleset = 'owasp-core', severity, paranoia, mode = 'block', transformations = [], location } = rule;
  const whose = [ruleset, severity, paranoia && `paranoia ${paranoia}`, mode].filter(Boolean).join(', ');
  const { decodedExcerpt, rawExcerpt } = rule;
  const matched = decodedExcerpt === undefined ? paintMatch(plain(rule.matched), paint) : mark(decodedExcerpt, paint);
  const offsets = rule.raw === undefined ? '' : paint('dim', `  bytes ${rule.raw[0]} to ${rule.raw[1]}`);
  return [
    '',
    `  ${paint('bold', plain(id))}  ${plain(name)} ${paint('dim', `(${plain(whose)})`)}`,
    `    ${plain(location)}: ${matched}${offsets}`,
    ...(rawExcerpt === undefined ? [] : [`    as it came: ${mark(rawExcerpt, paint)}`]),
    ...(transformations.length === 0 ? [] : [paint('dim', `    after ${transformations.map(plain).join(', ')}`)]),
  ];
}

export function mark({ text, start, end }: EventExcerpt, paint: Paint): string {
  const match = paintMatch(plain(text.slice(start, end)), paint);
  return `${plain(text.slice(0, start))}${match}${plain(text.slice(end))}`;
}

function describeInputs(contributions: Readonly<Record<string, number>>, paint: Paint): readonly string[] {
  const most = Object.entries(contributions)
    .sort(([, a], [, b]) => Math.abs(b) - Math.abs(a))
    .slice(0, INPUTS_SHOWN);
  if (most.length === 0) return [];
  const told = most.map(([name, adds]) => `    ${adds < 0 ? '' : '+'}${adds.toFixed(3)}  ${plain(name)}`);
  return ['', `  ${paint('bold', 'What moved the model')}`, ...told];
}
