import type { EnforcementStatus, ReleaseRecord, Stats } from '../../actors/contracts.ts';
import { count, countOf, topCounts } from './counts.ts';
import { stateStyle, type Paint } from './paint.ts';
import { plain } from './plain.ts';
import { facts } from './table.ts';
import { ago } from './when.ts';

/** What the control plane says of itself, part by part; null: it did not, `unanswered` says why. */
export interface ShieldStatus {
  readonly url: string;
  readonly health: { readonly status: string; readonly seq: number };
  readonly session: { readonly scopes: readonly string[]; readonly key: { readonly name: string } | null };
  readonly stats: Stats | null;
  readonly intelligence: IntelligenceShown | null;
  readonly enforcement: EnforcementStatus | null;
  readonly releases: { readonly releases: readonly ReleaseRecord[] } | null;
  readonly unanswered: readonly string[];
}

/** `IntelligenceStatus` as the API spells it. */
export interface IntelligenceShown {
  readonly state: string;
  readonly threats: number;
  readonly allowed: number;
  readonly first_hand: number;
  readonly merged_at: number | null;
  readonly sources: readonly SourceShown[];
  readonly events: readonly { readonly at: number; readonly source: string; readonly message: string }[];
}

export interface SourceShown {
  readonly id: string;
  readonly role: string;
  readonly family: string;
  readonly health: string;
  readonly enabled: boolean;
  readonly rows: number;
  readonly last_success: number | null;
  readonly next_attempt: number | null;
  readonly problem: string | null;
}

export function describeStatus(status: ShieldStatus, now: number, paint: Paint): string {
  const { url, health, session, stats, intelligence, enforcement, releases, unanswered } = status;
  const newest = releases?.releases[0];
  const who =
    session.key === null ? 'the bootstrap key' : `key ${plain(session.key.name)}: ${session.scopes.join(', ')}`;
  const lines = facts(
    [
      ['release', `${health.seq}${newest === undefined ? ', all as built in' : describeNewest(newest, now)}`],
      ['signed in', `with ${who}`],
      [
        'requests',
        stats === null
          ? ''
          : stats.total === 0
            ? 'none yet'
            : `${count(stats.total)}: ${topCounts(stats.byOutcome, 6)}`,
      ],
      [
        'stopped',
        stats === null ? '' : topCounts(stats.stopped24h ?? {}, 6) && `${topCounts(stats.stopped24h ?? {}, 6)} in 24 h`,
      ],
      ['attacks', stats === null ? '' : topCounts(stats.byCategory, 5)],
      ['rules', stats === null ? '' : topCounts(stats.byRule, 5)],
      ['countries', stats === null ? '' : describeCountries(stats.byCountry)],
      ['intelligence', intelligence === null ? '' : describeIntelligence(intelligence, now, paint)],
      ['enforcement', enforcement === null ? '' : describeEnforcement(enforcement, now, paint)],
    ],
    paint,
  );
  const missing = unanswered.map((message) => `${paint('yellow', 'not told:')} ${plain(message)}`);
  return [
    `${paint('bold', 'EdgeShield')} on ${url} ${paint(stateStyle(health.status), health.status)}`,
    lines,
    ...missing,
  ].join('\n');
}

/** Only Cloudflare tells where a client is: a local shield knows of none, and that is no news. */
function describeCountries({ '??': unknown = 0, ...known }: Readonly<Record<string, number>>): string {
  const told = topCounts(known, 8);
  return told === '' || unknown === 0 ? told : `${told}, not known ${count(unknown)}`;
}

function describeNewest({ kind, ruleset, at, author, note }: ReleaseRecord, now: number): string {
  const what = ruleset === undefined ? kind : `${kind} ${plain(ruleset)}`;
  return `, the last one ${what} by ${plain(author)} ${ago(at, now)}${note === '' ? '' : `: ${plain(note)}`}`;
}

function describeIntelligence(
  { state, threats, allowed, first_hand, merged_at, sources }: IntelligenceShown,
  now: number,
  paint: Paint,
): string {
  const on = sources.filter(({ enabled }) => enabled);
  const well = on.filter(({ health }) => health === 'ok').length;
  return `${paint(stateStyle(state), state)}: ${countOf(threats, 'threat')}, ${count(allowed)} spared, ${count(first_hand)} first-hand; ${well} of ${on.length} sources well, merged ${ago(merged_at, now)}`;
}

function describeEnforcement(status: EnforcementStatus, now: number, paint: Paint): string {
  const { state, mode, killSwitch, edge, lastRun, nextRun, heldPlan, reasons } = status;
  const parts = [
    `mode ${mode}${killSwitch ? ', KILL SWITCH ON' : ''}`,
    `at the edge ${topCounts(edge, 4) || 'nothing'}`,
    lastRun === null ? 'no run yet' : `last run ${lastRun.state} ${ago(lastRun.startedAt, now)}`,
    ...(nextRun === null ? [] : [`next ${ago(nextRun, now)}`]),
    ...(heldPlan === null ? [] : ['a plan is held']),
    ...reasons.map(plain),
  ];
  return `${paint(stateStyle(state), state)}: ${parts.join('; ')}`;
}
