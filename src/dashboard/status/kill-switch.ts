import type { EnforcementStatus } from '../../actors/contracts.ts';
import { count } from '../count.ts';
import { order } from '../control/ask.ts';
import { byId } from '../dom.ts';
import { bindAction } from './action.ts';
import { fill } from './region.ts';

let on = false;

/** Names the button and the question by what they would do now. */
export function drawKillSwitch({ killSwitch, lists, edge }: EnforcementStatus): void {
  on = killSwitch;
  const items = lists.reduce((sum, list) => sum + list.items, 0);
  const held = edge.block + edge.challenge + edge.rate_limit;
  fill('kill-switch', killSwitch, () => [killSwitch ? 'Turn the kill switch off…' : 'Kill switch…']);
  fill('kill-title', killSwitch, () => [killSwitch ? 'Enforce again?' : 'Stop all enforcement?']);
  fill('kill-confirm', killSwitch, () => [killSwitch ? 'Turn it off' : 'Stop enforcement']);
  fill('kill-text', [killSwitch, items, held], () => [
    killSwitch
      ? 'The next run fills the edge and the account’s lists again from the threats of then.'
      : `Takes ${count.format(held)} addresses and ranges from the edge and ${count.format(items)} items from the account’s lists, and keeps both empty until you turn it off. Items of others stay. The blocklist stays in force, and rules, bot checks and rate limits go on.`,
  ]);
}

/** The button asks first, in a dialogue that begins at its harmless answer. */
export function bindKillSwitch(done: () => void): void {
  const dialog = byId('kill-dialog');
  if (!(dialog instanceof HTMLDialogElement)) throw new Error('#kill-dialog is no dialog');
  byId('kill-switch').addEventListener('click', () => dialog.showModal());
  byId('kill-cancel').addEventListener('click', () => dialog.close());
  bindAction<EnforcementStatus>({
    button: 'kill-confirm',
    output: 'cycle-result',
    progress: 'Telling the engine…',
    run: () => {
      dialog.close();
      return order('/enforcement/kill-switch', { on: !on });
    },
    show: ({ killSwitch }) => [killSwitch ? 'The kill switch is on.' : 'The kill switch is off.'],
    done,
  });
}
