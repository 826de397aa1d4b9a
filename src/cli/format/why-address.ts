import type {
  AddressNow,
  BlockEntry,
  CheckedNetwork,
  CheckResult,
  NumberedEvent,
  ReputationState,
} from '../../actors/contracts.ts';
import { topCounts } from './counts.ts';
import { eventLine } from './event-line.ts';
import { describeSaid } from './intel.ts';
import { stateStyle, type Paint } from './paint.ts';
import { plain } from './plain.ts';
import { facts } from './table.ts';
import { ago } from './when.ts';

export interface KnownAddress {
  readonly check: CheckResult;
  readonly reputation: ReputationState;
  /** Its last requests, newest first. */
  readonly events: readonly NumberedEvent[];
}

const EVIDENCE_SHOWN = 5;

export function describeAddress({ check, reputation, events }: KnownAddress, now: number, paint: Paint): string {
  const { ip, tier, score, why, allowed, network, enforced, sources } = check;
  const { blocklist, edge, lists } = enforced;
  const head = facts(
    [
      ['why', plain(why)],
      ['network', network === undefined ? '' : describeNetwork(network)],
      ['spared', allowed === null ? '' : `${plain(allowed.range)}: ${plain(allowed.note)}`],
      ['blocklist', blocklist === null ? 'not on it' : describeBlock(blocklist, now)],
      ['at the edge', edge ?? 'not enforced'],
      ['lists', lists.map(({ displayName, range }) => `${plain(displayName)} (${plain(range)})`).join(', ')],
      ['feeds', sources.length === 0 ? 'none names it' : `score ${score.toFixed(2)}, tier ${tier}`],
      ['reputation', describeReputation(reputation, now)],
    ],
    paint,
  );
  const evidence = reputation.why
    .slice(0, EVIDENCE_SHOWN)
    .map(
      ({ at, category, weight, why }) =>
        `  ${ago(at, now).padEnd(10)}  ${category} ${weight.toFixed(2)}  ${plain(why)}`,
    );
  const last = events.map((event) => {
    const when = ago(event.at, now).padEnd(10);
    return indent(eventLine(event, paint, { when, ofOne: true, indent: 2 }));
  });
  return [
    `${paint('bold', plain(ip))}${check.now === undefined ? '' : `  ${sayOutcome(check.now, paint)}`}`,
    head,
    ...section('Evidence', evidence, paint),
    ...(sources.length === 0 ? [] : section('Feeds', [indent(describeSaid(sources, paint))], paint)),
    ...section('Last requests', last, paint),
    ...whatToDo(check),
  ].join('\n');
}

const OUTCOMES: Readonly<Record<AddressNow['outcome'], string>> = {
  block: 'blocked',
  challenge: 'challenged',
  limit: 'limited',
  pass: 'not blocked',
};

function sayOutcome({ outcome }: AddressNow, paint: Paint): string {
  const word = OUTCOMES[outcome];
  return outcome === 'block' ? paint(stateStyle('down'), word) : word;
}

function describeNetwork({ asn, from }: CheckedNetwork): string {
  if (asn === null) return 'not known; where you know it: --asn AS64500';
  return from === 'asked' ? `AS${asn}, as you say` : `AS${asn}, as its last request had it`;
}

function describeBlock({ range, source, reason, since, until }: BlockEntry, now: number): string {
  const end = until === undefined ? 'until it is unblocked' : `ends ${ago(until, now)}`;
  return `${plain(range)} by ${plain(source)} ${ago(since, now)}, ${end}: ${plain(reason)}`;
}

function describeReputation({ score, categories, firstSeen, lastSeen }: ReputationState, now: number): string {
  if (firstSeen === null) return 'nothing is remembered of it';
  const what = topCounts(
    Object.fromEntries(Object.entries(categories).map(([name, weight]) => [name, Number(weight.toFixed(2))])),
    5,
  );
  return `${score.toFixed(2)}${what === '' ? '' : ` (${what})`}, first seen ${ago(firstSeen, now)}, last ${ago(lastSeen, now)}`;
}

function section(title: string, lines: readonly string[], paint: Paint): readonly string[] {
  return lines.length === 0 ? [] : ['', paint('bold', title), ...lines];
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}

function whatToDo({ ip, enforced, allowed, now }: CheckResult): readonly string[] {
  if (enforced.blocklist !== null) return ['', `Let it in: edgeshield unblock ${plain(enforced.blocklist.range)}`];
  if (now?.by === 'reputation') return ['', `Forget its record: edgeshield pardon ${plain(ip)}`];
  return allowed === null && enforced.edge !== 'block' ? ['', `Refuse it: edgeshield block ${plain(ip)} --for 1h`] : [];
}
