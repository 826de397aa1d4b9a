import type { ListTier } from '../contracts.ts';
import { ensureRules, ruleDrafts } from './custom-rules.ts';
import { LIST_NAMES, tiersOf } from './list-names.ts';
import type { RulesApi } from './lists-api.ts';
import { EMPTY_LIST, packList } from './mirror.ts';
import { packAdditions } from './plan-work.ts';
import { NO_RANGES } from './range-columns.ts';
import type { SyncDeps } from './sync.ts';
import { ask, keep, setBack, tryLater } from './sync-calls.ts';
import { endJob, missingLists, rulesDue } from './sync-jobs.ts';
import type { Account, Job, SyncState } from './sync-state.ts';
import { SETTLE_MS, surveyStep } from './sync-survey.ts';
import { addStep, pollStep, removeStep } from './sync-writes.ts';

/**
 * The next thing to do. What is under way comes before all else, so that there are never two operations; a look at the
 * lists comes before any write where they are in doubt; removals come before additions, since they make room.
 */
export async function nextStep(state: SyncState, deps: SyncDeps): Promise<SyncState> {
  const { job, operation, account } = state;
  if (job === null) return state;
  if (operation !== null && operation.id !== null) return pollStep(state, deps, operation);
  if (operation !== null && state.listing === null) {
    const shows = operation.sentAt + SETTLE_MS[Math.min(operation.looks, SETTLE_MS.length - 1)]!;
    const doubt = 'the answer to a write was lost';
    if (deps.now() < shows) return keep({ ...state, doubt, trouble: doubt, notBefore: shows }, deps);
    return surveyStep({ ...state, doubt: state.doubt ?? doubt }, deps);
  }
  if (account === null || mustSurvey(state, job)) return surveyStep(state, deps);
  if (job.kind === 'survey') return keep(endJob(state, null, deps.now()), deps);
  if (!job.empty) {
    const [missing] = missingLists(state);
    if (missing !== undefined) return createStep(state, deps, account, missing);
    const homeless = dropHomeless(job, account);
    if (homeless !== job) return keep({ ...state, job: homeless }, deps);
  }
  const removing = job.lists.find((list) => list.removed < list.removals.n);
  if (removing !== undefined) return removeStep(state, deps, job, removing);
  const adding = job.lists.find((list) => list.added < list.additions.n);
  if (adding !== undefined) return addStep(state, deps, job, adding);
  if (deps.rules !== null && !job.rulesDone && !job.empty && rulesDue(state, deps.now())) {
    return rulesStep(state, deps, deps.rules, account);
  }
  return keep(endJob(state, null, deps.now()), deps);
}

function mustSurvey(state: SyncState, job: Job): boolean {
  if (state.listing !== null || state.doubt !== null) return true;
  // To empty the lists is to take out what is there, not what is remembered.
  return (job.kind === 'survey' || job.empty) && !job.surveyed;
}

async function createStep(state: SyncState, deps: SyncDeps, account: Account, tier: ListTier): Promise<SyncState> {
  const { name, displayName, description } = LIST_NAMES[tier];
  // Whoever finds this after a crash looks whether the list is there before he creates it again.
  const sent = keep({ ...state, doubt: `whether ${displayName} was created is not known` }, deps);
  const { answer, state: asked } = await ask(sent, deps, () => deps.api.createList(name, description));
  if (answer.ok) {
    const lists = { ...account.lists, [tier]: answer.value.id };
    const mirrors = { ...asked.mirrors, [tier]: packList(EMPTY_LIST) };
    const known = { ...account, lists, listCount: account.listCount + 1 };
    // New lists want their rules.
    const rules = { ...asked.rules, checkedAt: null };
    return keep({ ...asked, account: known, mirrors, rules, doubt: null, setbacks: 0 }, deps);
  }
  switch (answer.kind) {
    case 'limit': {
      const mode = account.lists.block === undefined ? 'worker-only' : 'single-list';
      const mostLists = { count: account.listCount, at: deps.now() };
      return keep({ ...asked, doubt: null, account: { ...account, mode, mostLists } }, deps);
    }
    case 'rate-limited':
    case 'unauthorized':
      return tryLater({ ...asked, doubt: null }, deps, answer);
    case 'pending':
    case 'unavailable':
    case 'timeout':
    case 'not-found':
    case 'invalid':
      return setBack(asked, deps, answer.message, answer.retryAfterMs);
  }
}

/** Additions to lists that the account turned out to have no room for. */
function dropHomeless(job: Job, account: Account): Job {
  const homeless = job.lists.filter(
    ({ tier, additions, added }) => account.lists[tier] === undefined && added < additions.n,
  );
  if (homeless.length === 0) return job;
  const names = homeless.map(({ tier }) => LIST_NAMES[tier].displayName).join(', ');
  return {
    ...job,
    dropped: job.dropped + homeless.reduce((sum, { additions, added }) => sum + additions.n - added, 0),
    lists: job.lists.map((list) =>
      homeless.includes(list) ? { ...list, additions: packAdditions(NOTHING), added: 0 } : list,
    ),
    problem: `the account has no room for ${names}`,
  };
}

const NOTHING = { ...NO_RANGES, score: new Uint8Array(), sourceBits: new Uint32Array() };

async function rulesStep(state: SyncState, deps: SyncDeps, rules: RulesApi, account: Account): Promise<SyncState> {
  const drafts = ruleDrafts(tiersOf(account.mode).filter((tier) => account.lists[tier] !== undefined));
  const { answer, state: asked } = await ask(state, deps, () => ensureRules(rules, drafts));
  const { job } = asked;
  if (job === null) return asked;
  const checkedAt = deps.now();
  if (answer.ok) {
    const seen = { checkedAt, present: answer.value, problem: null };
    return keep({ ...asked, rules: seen, job: { ...job, rulesDone: true } }, deps);
  }
  if (['pending', 'rate-limited', 'unavailable', 'timeout'].includes(answer.kind)) return tryLater(asked, deps, answer);
  // The lists are right all the same: it is told, and tried again with the next look.
  const problem = `custom rules: ${answer.message}`;
  const seen = { ...asked.rules, checkedAt, problem };
  return keep({ ...asked, rules: seen, job: { ...job, rulesDone: true, problem: job.problem ?? problem } }, deps);
}
