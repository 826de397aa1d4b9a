import type { CycleResult, Plan, RunRecord } from '../../actors/contracts.ts';
import { order } from '../control/ask.ts';
import { bindAction, verdict } from './action.ts';

/** A cycle that waits for Cloudflare, or for an approval, has not failed, but is not done either. */
const STATE_WORDS: Readonly<Record<RunRecord['state'], string>> = {
  running: 'Under way.',
  waiting: 'Under way.',
  done: 'Done.',
  held: 'Held.',
  failed: 'Failed.',
};

/** `Run a cycle now`. */
export function bindCycle(done: () => void): void {
  bindAction<CycleResult>({
    button: 'run-cycle',
    output: 'cycle-result',
    progress: 'Running: collect, judge, hand to the edge, plan, apply. This may take half a minute…',
    run: () => order('/enforce'),
    show: ({ success, message, run }) => [verdict(success, STATE_WORDS[run.state], message)],
    done,
  });
}

/** The approval names the plan that the operator has seen: of another one, made meanwhile, nothing is applied. */
export function bindApproval(plan: () => Plan | null, done: () => void): void {
  bindAction<{ readonly approved: boolean; readonly problem?: string }>({
    button: 'approve',
    output: 'approval-result',
    progress: 'Approving…',
    run: () => {
      const hash = plan()?.hash;
      return hash === undefined ? null : order(`/enforcement/plan/${hash}/approve`);
    },
    show: ({ approved, problem }) => [
      verdict(approved, approved ? 'Approved.' : 'Not approved.', problem ?? 'It is being applied.'),
    ],
    done,
  });
}
