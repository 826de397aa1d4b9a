import type { Stats } from '../../actors/contracts.ts';
import { ask } from '../control/ask.ts';
import { element } from '../dom.ts';
import { sayRollout, sayUnconfirmed } from './rollout-words.ts';

/** Isolates report every second or so under traffic; a fleet has a release within a few. */
const ASK_MS = 1000;
/** An isolate without traffic reports nothing, and needs no release until a request comes: it is not waited for. */
const PATIENCE_MS = 90_000;

/** What "everywhere" means, for whoever wonders. */
const HINT =
  'A place is a running copy of the shield, in one of Cloudflare’s data centres. Each takes a release with its next request; places without a request in the last minute are not counted.';

/** Tells, second by second, how far a release has come: published, and then how many isolates judge by it. */
export function rollout(seq: number, now: () => number = Date.now): HTMLElement {
  const told = element('span', { role: 'status' });
  const node = element('p', { class: 'rollout' }, told, element('small', {}, HINT));
  const began = now();
  const say = (done: boolean, text: string) => {
    node.dataset['done'] = String(done);
    told.textContent = text;
  };
  say(false, sayUnconfirmed(seq));

  const look = async (): Promise<void> => {
    const reply = await ask<Stats>('/admin/stats');
    // Once it has left the page, nobody reads this.
    if (!node.isConnected) return;
    const found = reply.kind === 'ok' ? sayRollout(reply.value.fleet, seq, now() - began) : null;
    if (found !== null) say(found.done, found.text);
    if (found?.done === true || now() - began > PATIENCE_MS) return;
    setTimeout(() => void look(), ASK_MS);
  };
  setTimeout(() => void look(), ASK_MS);
  return node;
}
