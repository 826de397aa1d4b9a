import type { Plan } from '../contracts.ts';
import { fitList, type ListCounts } from './fit-list.ts';
import { holdReasons } from './hold-plan.ts';
import { indexRanges } from './overlap-index.ts';
import { findEnclosing } from './nesting.ts';
import type { PlanInput } from './plan-input.ts';
import type { PlanWork } from './plan-work.ts';
import { wantedTiers, weighList } from './weigh-list.ts';

/** More items than this that wait for their ids are worth a survey: it costs one call per 500 items. */
const DEFER_LIMIT = 100;

export interface PlanDraft {
  /** Without its hash, which is that of `canonical`. */
  readonly plan: Omit<Plan, 'hash'>;
  readonly counts: readonly ListCounts[];
  readonly work: PlanWork;
  /** What it would do, as text, the same for the same changes: hashed (SHA-256, lower-case hex) it is the plan's name. */
  readonly canonical: string;
  /** Nothing to write. */
  readonly idle: boolean;
  /** So many removals are deferred that a survey is worth its calls: survey, then plan again. */
  readonly surveyFirst: boolean;
}

/**
 * What would have to be written into the account's lists, so that they hold the threats that matter most, with a reason
 * for each address. Pure; hardest tiers take their room first.
 */
export function makePlan(input: PlanInput): PlanDraft {
  const { table, account, killSwitch } = input;
  const allow = indexRanges(table.allow.map((entry) => entry.range));
  const wanted = wantedTiers(input, allow);
  const enclosing = findEnclosing(table, wanted);
  const states = account.lists.map((list) => weighList(input, list, wanted, enclosing, allow));
  const deferred = states.reduce((sum, state) => sum + state.deferred, 0);
  let room = Math.max(0, account.plan.items - account.foreignItems - deferred);
  const lists = states.map((state) => {
    const fitted = fitList(input, state, killSwitch ? 0 : room);
    room -= fitted.kept;
    return fitted;
  });
  const held = killSwitch
    ? []
    : holdReasons(
        lists.map(({ state, added, plan }) => ({ ...plan, rows: state.table, added })),
        { operators: input.operators, cloudflare: input.cloudflare, allow: table.allow },
      );
  const plan: Omit<Plan, 'hash'> = {
    at: input.now,
    listMode: account.mode,
    origin: input.origin,
    lists: lists.map((list) => list.plan),
    held,
    approved: false,
    cap: {
      plan: account.plan.name,
      limit: account.plan.items,
      used: lists.reduce((sum, list) => sum + list.plan.after, 0),
      foreign: account.foreignItems,
    },
  };
  return {
    plan,
    counts: lists.map((list) => list.counts),
    work: { empty: killSwitch, sources: table.sources, lists: lists.map((list) => list.work) },
    canonical: lists.map((list) => list.canonical).join(''),
    idle: lists.every(({ counts }) => counts.additions === 0 && counts.removals === 0),
    surveyFirst: !killSwitch && deferred > DEFER_LIMIT,
  };
}
