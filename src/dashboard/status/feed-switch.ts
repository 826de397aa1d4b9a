import type { Answer } from '../control/answer.ts';
import { order } from '../control/ask.ts';
import { byId } from '../dom.ts';

/** The buttons of each feed's row: on, off, remove. The rows are built anew when something changes, hence one listener for all. */
export function bindFeedSwitches(done: () => void): void {
  const output = byId('feed-result');
  let busy = false;
  byId('sources').addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('button[data-feed]') : null;
    const id = button?.dataset['feed'];
    if (button === null || id === undefined || busy) return;
    busy = true;
    button.setAttribute('aria-disabled', 'true');
    void perform(id, button.dataset['act'] ?? '').finally(() => {
      busy = false;
      button.removeAttribute('aria-disabled');
    });
  });

  async function perform(id: string, act: string): Promise<void> {
    say('working', 'Telling the collector…');
    const path = `/intel/sources/${encodeURIComponent(id)}`;
    const answer = await (act === 'remove'
      ? order<unknown>(path, undefined, 'DELETE')
      : order<unknown>(path, { enabled: act === 'on' }, 'PATCH'));
    say(answer.kind === 'ok' ? 'done' : 'problem', words(answer, id, act));
    return done();
  }

  function say(phase: string, text: string): void {
    output.dataset['phase'] = phase;
    output.replaceChildren(text);
  }
}

function words(answer: Answer<unknown>, id: string, act: string): string {
  if (answer.kind !== 'ok') return answer.text;
  if (act === 'remove') return `${id} is removed, with what it listed.`;
  return act === 'on' ? `${id} is on, and is fetched now.` : `${id} is off: what it listed no longer counts.`;
}
