import { isDeepStrictEqual } from 'node:util';
import type { AllowEntry } from '../../../../src/actors/contracts.ts';
import { type BedOptions, SyncBed } from './sync-bed.ts';
import { addressOf, type Row, tableOf } from './threats.ts';

/** A cycle to be broken off at every point, and what stands at Cloudflare before it. */
export interface Scenario {
  readonly name: string;
  readonly options: BedOptions;
  /** Applied without a crash before. */
  readonly before: readonly Row[] | null;
  readonly wanted: readonly Row[];
  readonly allow?: readonly AllowEntry[];
  readonly killSwitch?: boolean;
  /** So soon after what was before that the ids of its items have not been learned. */
  readonly soon?: boolean;
}

export interface MatrixResult {
  readonly name: string;
  /** Crashes: before and after each save and each call, each found after a short and after a long while. */
  readonly points: number;
  readonly recovered: number;
  /** What went wrong, each with its point. */
  readonly failures: readonly string[];
}

const rows = (from: number, to: number, score: number): readonly Row[] =>
  Array.from({ length: to - from }, (_, i) => ({ range: addressOf(from + i), score, sources: ['ipsum', 'tor'] }));

/** Somebody else's, in a list of ours: one of them is an address that we want too. */
const FOREIGN = [
  { name: 'threat_block', items: [{ ip: '198.18.0.1', comment: 'the office printer' }, { ip: addressOf(3) }] },
];

const FIRST = [...rows(0, 12, 0.9), ...rows(12, 16, 0.7), ...rows(16, 18, 0.5)];
/** Some stay, some go, some are new, one moves up and one down. */
const SECOND = [
  ...rows(0, 6, 0.95),
  ...rows(12, 13, 0.9),
  ...rows(6, 7, 0.7),
  ...rows(13, 16, 0.7),
  ...rows(20, 27, 0.9),
];

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'first fill of three lists, with rules',
    options: { plan: 'pro', withRules: true, chunk: 5, foreignLists: FOREIGN },
    before: null,
    wanted: FIRST,
  },
  {
    name: 'changes in three lists',
    options: { plan: 'pro', chunk: 4, foreignLists: FOREIGN },
    before: FIRST,
    wanted: SECOND,
  },
  {
    name: 'changes in a single list',
    options: { plan: 'free', chunk: 4, foreignLists: FOREIGN },
    before: FIRST,
    wanted: SECOND,
  },
  {
    name: 'kill switch',
    options: { plan: 'pro', chunk: 6, foreignLists: FOREIGN },
    before: FIRST,
    wanted: FIRST,
    killSwitch: true,
  },
  {
    name: 'addresses that must go at once, by ids that are not known',
    options: { plan: 'pro', foreignLists: FOREIGN },
    before: FIRST,
    wanted: [...rows(2, 3, 0.9), ...rows(4, 12, 0.9), ...rows(12, 16, 0.7), ...rows(16, 18, 0.5)],
    allow: [0, 1].map((n) => ({ range: addressOf(n), note: 'office', origin: 'operator' })),
    soon: true,
  },
];

/** How long until an alarm finds the crash: while the operation is still under way, and long after it has ended. */
const GAPS_MS = [700, 90_000];

/** Breaks the scenario's cycle off at every point, each time from the start, and has a new process go on from what was stored. */
export async function crashMatrix(scenario: Scenario): Promise<MatrixResult> {
  const whole = await run(scenario, { crashes: [], gapMs: 0 });
  const failures = whole.problems.map((problem) => `without a crash: ${problem}`);
  let recovered = 0;
  for (let point = 0; point < whole.points; point += 1) {
    for (const gapMs of GAPS_MS) {
      const { problems } = await run(scenario, { crashes: [point], gapMs }, whole.operations);
      if (problems.length === 0) recovered += 1;
      else failures.push(...problems.map((problem) => `point ${point}, found after ${gapMs} ms: ${problem}`));
    }
  }
  return { name: scenario.name, points: whole.points * GAPS_MS.length, recovered, failures };
}

/** One cycle with a crash after each of the given numbers of points. `operations`: how many there are without a crash. */
export async function run(
  scenario: Scenario,
  { crashes, gapMs }: { readonly crashes: readonly number[]; readonly gapMs: number },
  operations?: number,
): Promise<{ readonly points: number; readonly operations: number; readonly problems: readonly string[] }> {
  const bed = await SyncBed.start(scenario.options);
  try {
    if (scenario.before !== null) {
      await bed.cycle(tableOf(scenario.before));
      // Ids of what was added are learned by the next survey, which is part of the cycle under test.
      if (scenario.soon !== true) bed.now += 7 * 3_600_000;
    }
    const foreign = bed.foreign();
    const before = bed.cloud.operations.length;
    bed.accepted.length = 0;
    bed.points = 0;
    const threats = tableOf(scenario.wanted, scenario.allow);
    const state = await bed.survive(threats, { crashes, gapMs, killSwitch: scenario.killSwitch === true });
    const points = bed.points;
    const done = bed.cloud.operations.length - before;
    const problems = [
      ...(state.last?.kind === 'apply' ? [] : ['the job did not end']),
      ...(state.last?.problem === null ? [] : [`problem: ${state.last?.problem}`]),
      ...(operations === undefined || done === operations ? [] : [`${done} operations in place of ${operations}`]),
      ...(isDeepStrictEqual(bed.foreign(), foreign) ? [] : ['something foreign was touched']),
      ...wrongLists(bed, scenario),
      ...twice(bed.accepted.map(({ list, ip }) => `${ip} in ${list}`)).map((text) => `added twice: ${text}`),
      ...twice(bed.cloud.rules().map(({ ref }) => ref)).map((ref) => `two rules ${ref}`),
    ];
    if (problems.length === 0 && scenario.killSwitch !== true) problems.push(...(await wrongMirror(bed, threats)));
    return { points, operations: done, problems };
  } finally {
    await bed.stop();
  }
}

/** What is in our lists and should not be, or is not and should be. */
export function wrongLists(bed: SyncBed, { wanted, options, killSwitch }: Scenario): readonly string[] {
  const tiers = [
    { name: 'threat_block', least: 0.8, most: 2 },
    { name: 'threat_challenge', least: 0.6, most: 0.8 },
    { name: 'threat_rate_limit', least: 0.4, most: 0.6 },
  ];
  const others = new Set(bed.foreign().map((item) => ('ip' in item ? item.ip : '')));
  return tiers.slice(0, options.plan === 'free' ? 1 : 3).flatMap(({ name, least, most }) => {
    const expected = wanted.filter(({ score }) => killSwitch !== true && score >= least && score < most);
    const ranges = expected.map(({ range }) => range).filter((range) => name !== 'threat_block' || !others.has(range));
    const found = bed.own(name);
    return isDeepStrictEqual(found, ranges.toSorted()) ? [] : [`${name} has ${found.join(' ')}`];
  });
}

/** What is remembered must be what is there: else the next run would write again, or fail. */
async function wrongMirror(bed: SyncBed, threats: ReturnType<typeof tableOf>): Promise<readonly string[]> {
  const { state } = bed.boot();
  const draft = bed.plan(state, threats);
  return draft.idle ? [] : ['what is remembered differs from what is there'];
}

function twice(texts: readonly string[]): readonly string[] {
  return texts.filter((text, i) => texts.indexOf(text) !== i);
}
