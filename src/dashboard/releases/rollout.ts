import type { Fleet, Stats } from '../../actors/contracts.ts';
import { ask } from '../control/ask.ts';
import { element } from '../dom.ts';

/** Isolates report every second or so under traffic; a fleet has a release within a few. */
const ASK_MS = 1000;
/** An isolate without traffic reports nothing, and needs no release until a request comes: it is not waited for. */
const PATIENCE_MS = 90_000;

/** Tells, second by second, how far a release has come: published, and then how many isolates judge by it. */
export function rollout(seq: number, now: () => number = Date.now): HTMLElement {
  const node = element('p', { class: 'rollout', role: 'status' });
  const began = now();
  const say = (done: boolean, text: string) => {
    node.dataset['done'] = String(done);
    node.textContent = text;
  };
  say(false, `Release ${seq} is in force at the registry; waiting for the fleet.`);

  const look = async (): Promise<void> => {
    const reply = await ask<Stats>('/admin/stats');
    // Once it has left the page, nobody reads this.
    if (!node.isConnected) return;
    const told = reply.kind === 'ok' ? sayRollout(reply.value.fleet, seq, now() - began) : null;
    if (told !== null) say(told.done, told.text);
    if (told?.done === true || now() - began > PATIENCE_MS) return;
    setTimeout(() => void look(), ASK_MS);
  };
  setTimeout(() => void look(), ASK_MS);
  return node;
}

/** How far the fleet is with release `seq`, `waitedMs` after it was published; null where the bus does not tell. */
export function sayRollout(
  fleet: Fleet | undefined,
  seq: number,
  waitedMs: number,
): { readonly done: boolean; readonly text: string } | null {
  if (fleet === undefined) return null;
  const have = fleet.bySeq.filter((known) => known.seq >= seq).reduce((sum, { isolates }) => sum + isolates, 0);
  if (have < fleet.isolates) {
    return { done: false, text: `${have} of ${fleet.isolates} isolates have release ${seq} so far.` };
  }
  if (fleet.isolates === 0) {
    return {
      done: false,
      text: `Release ${seq} is published. No isolate has reported in the last minute; each takes it with its next request.`,
    };
  }
  // The bus measures from the release itself; without it, what this page has waited says as much.
  const tookMs = fleet.rollout?.seq === seq && fleet.rollout.tookMs !== null ? fleet.rollout.tookMs : waitedMs;
  const all = fleet.isolates === 1 ? 'The one isolate' : `All ${fleet.isolates} isolates`;
  return {
    done: true,
    text: `${all} with traffic in the last minute had release ${seq} after ${(tookMs / 1000).toFixed(1)} s.`,
  };
}
