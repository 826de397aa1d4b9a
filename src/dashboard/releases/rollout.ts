import type { Stats } from '../../actors/contracts.ts';
import { element } from '../dom.ts';
import type { Control } from './control.ts';

/** Isolates report every second or so under traffic; a fleet has a release within a few. */
const ASK_MS = 1000;
/** An isolate without traffic reports nothing, and needs no release until a request comes: it is not waited for. */
const PATIENCE_MS = 90_000;

/** Tells, second by second, how far a release has come: published, and then how many isolates judge by it. */
export function rollout(control: Control, seq: number, now: () => number = Date.now): HTMLElement {
  const node = element('p', { class: 'rollout', role: 'status' });
  const began = now();
  const since = () => `${((now() - began) / 1000).toFixed(1)} s`;
  const say = (done: boolean, text: string) => {
    node.dataset['done'] = String(done);
    node.textContent = text;
  };
  say(false, `Release ${seq} is in force at the registry; waiting for the fleet.`);

  const ask = async (): Promise<void> => {
    // Until it is on the page, and once it has left it, nobody reads this.
    const reply = await control.get<Stats>('/admin/stats');
    if (!node.isConnected) return;
    const fleet = reply.ok ? fleetAt(reply.value, seq) : null;
    if (fleet !== null && fleet.all > 0 && fleet.have === fleet.all) {
      const isolates = fleet.all === 1 ? 'The one isolate' : `All ${fleet.all} isolates`;
      return say(true, `${isolates} seen in the last minute judged by release ${seq} after ${since()}.`);
    }
    if (now() - began > PATIENCE_MS) {
      const seen =
        fleet === null || fleet.all === 0
          ? 'No isolate has reported since'
          : `${fleet.have} of ${fleet.all} isolates have it`;
      return say(false, `${seen}. Others take it with their next request.`);
    }
    if (fleet !== null && fleet.all > 0)
      say(false, `${fleet.have} of ${fleet.all} isolates have release ${seq} after ${since()}.`);
    setTimeout(() => void ask(), ASK_MS);
  };
  setTimeout(() => void ask(), ASK_MS);
  return node;
}

/** Of the isolates that reported within the last minute, how many judge by `seq` or a later release. */
export function fleetAt({ fleet }: Stats, seq: number): { readonly have: number; readonly all: number } | null {
  if (fleet === undefined) return null;
  let have = 0;
  let all = 0;
  for (const [known, isolates] of Object.entries(fleet)) {
    all += isolates;
    if (Number(known) >= seq) have += isolates;
  }
  return { have, all };
}
