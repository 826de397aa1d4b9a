import { parseModel } from '../../../model/schema.ts';
import { parseRuleset, type Rule, type Ruleset } from '../../../rules/schema.ts';
import { parsePolicy } from '../../edge/policy.ts';
import { parseBlocklist } from '../../edge/reputation/blocklist.ts';
import { parseThreats, readThreatSummary } from '../../edge/reputation/threat-release.ts';
import { parseWatchlist } from '../../edge/reputation/watchlist.ts';
import { checkRulesetInSteps } from '../../edge/waf/check-ruleset.ts';
import { splitPreparation, type PreparedRuleset } from '../../edge/waf/prepared-ruleset.ts';
import type { Parsed } from '../../parse.ts';
import type { ReleaseKind, RuleCounts } from '../contracts.ts';

/**
 * Bytes of a body. A ruleset as large as all of OWASP CRS with examples is about 3 MB; the other kinds cannot well be
 * larger than their schemas' own limits allow: 150,000 threats are about 0.9 MB as IPv4 addresses and 2.5 MB were all of them
 * IPv6, and an allow-list of 20,000 ranges 0.6 MB.
 */
export const SIZE_LIMITS: Readonly<Record<ReleaseKind, number>> = {
  ruleset: 8 * 1024 * 1024,
  model: 256 * 1024,
  blocklist: 5 * 1024 * 1024,
  watchlist: 512 * 1024,
  threats: 4 * 1024 * 1024,
  policy: 1024 * 1024,
};

/** More at once than a person mends in one go. */
const PROBLEM_LIMIT = 50;

/** What a release is made of, by id (rule, route, range, parameter), each part as JSON text: two releases are compared by it. */
export type ReleaseParts = ReadonlyMap<string, string>;

export interface ReadRelease {
  /** What the release calls itself; empty where it does not. */
  readonly name: string;
  readonly parts: ReleaseParts;
  /** Of a ruleset. */
  readonly counts?: RuleCounts;
  /** What is to be stored and hashed: the body as it came, or the ruleset prepared. */
  readonly body: string;
}

/**
 * The door for releases: size, JSON, schema, and for a ruleset its safety and examples. A ruleset is prepared here, once for all
 * isolates, and written anew; a preparation that the sender put in is dropped unread, for isolates trust what they find there.
 * That takes milliseconds for each rule, after each of which `pause` lets others have their turn.
 */
export async function readRelease(
  kind: ReleaseKind,
  body: string,
  pause: () => Promise<void>,
): Promise<Parsed<ReadRelease>> {
  const bytes = new TextEncoder().encode(body).length;
  if (bytes > SIZE_LIMITS[kind]) {
    return refuse(`a ${kind} may have ${SIZE_LIMITS[kind]} bytes, this one has ${bytes}`);
  }
  let data: unknown;
  try {
    data = JSON.parse(body);
  } catch (error) {
    return refuse(`is not JSON: ${error instanceof Error ? error.message : 'unreadable'}`);
  }
  if (kind === 'ruleset') {
    const parsed = parseRuleset(splitPreparation(data).source);
    const checked = parsed.ok ? await checkInTurns(parsed.value, pause) : parsed;
    if (!checked.ok) return { ok: false, problems: checked.problems.slice(0, PROBLEM_LIMIT) };
    return {
      ok: true,
      value: {
        name: checked.value.name,
        parts: listParts(checked.value.rules.map((rule) => [rule.id, rule])),
        counts: countRules(checked.value.rules),
        body: JSON.stringify(checked.value),
      },
    };
  }
  if (kind === 'threats') {
    const read = parseThreats(data);
    if (!read.ok) return read;
  }
  const parts = readParts(kind, data);
  return parts.ok ? { ok: true, value: { name: '', parts: parts.value, body } } : parts;
}

async function checkInTurns(ruleset: Ruleset, pause: () => Promise<void>): Promise<Parsed<PreparedRuleset>> {
  const steps = checkRulesetInSteps(ruleset);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await pause();
  }
}

export function countRules(rules: readonly Rule[]): RuleCounts {
  const byCategory: Record<string, number> = {};
  const byParanoia: Record<string, number> = {};
  for (const { category, paranoia = 1 } of rules) {
    byCategory[category] = (byCategory[category] ?? 0) + 1;
    byParanoia[paranoia] = (byParanoia[paranoia] ?? 0) + 1;
  }
  return { rules: rules.length, byCategory, byParanoia };
}

/** The parts by schema alone: for a release that came through the door before. */
export function readParts(kind: ReleaseKind, data: unknown): Parsed<ReleaseParts> {
  switch (kind) {
    case 'ruleset':
      return whenRead(parseRuleset(splitPreparation(data).source), ({ rules }) => rules.map((rule) => [rule.id, rule]));
    case 'model':
      return whenRead(parseModel(data), (model) => Object.entries(model).filter(([name]) => name !== 'training'));
    case 'blocklist':
      return whenRead(parseBlocklist(data), ({ entries }) => entries.map((entry) => [entry.range, entry]));
    case 'watchlist':
      return whenRead(parseWatchlist(data), ({ hashes }) => [...hashes].map((hash) => [String(hash), true]));
    case 'threats':
      // By tier and not by address: a hundred thousand ids would tell nobody anything.
      return whenRead(readThreatSummary(data), ({ counts, ...rest }) => Object.entries({ ...rest, ...counts }));
    case 'policy':
      return whenRead(parsePolicy(data), ({ routes, ...rest }) => [
        ...routes.map((route): [string, unknown] => [route.id, route]),
        ...Object.entries(rest),
      ]);
  }
}

function whenRead<T>(
  parsed: Parsed<T>,
  list: (value: T) => readonly (readonly [string, unknown])[],
): Parsed<ReleaseParts> {
  if (!parsed.ok) return parsed;
  return { ok: true, value: listParts(list(parsed.value)) };
}

function listParts(parts: readonly (readonly [string, unknown])[]): ReleaseParts {
  return new Map(parts.map(([id, part]) => [id, JSON.stringify(part)]));
}

function refuse(message: string): Parsed<never> {
  return { ok: false, problems: [{ path: '', message }] };
}
