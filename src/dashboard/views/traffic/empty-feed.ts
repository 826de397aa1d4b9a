import { element } from '../../dom.ts';
import type { ViewContext } from '../../shell/view.ts';
import { SAMPLE_PATH, sendSample } from './sample.ts';

const NOTHING_YET =
  'No events of requests yet. Those that are blocked, challenged or limited appear here as they happen; passes are counted above.';
const WHAT_IS_SENT = `Sends three attacks from this browser through the shield to ${SAMPLE_PATH}. They are real requests, and count against your own address.`;

export interface EmptyFeed {
  readonly node: HTMLElement;
  draw(empty: boolean, filtered: boolean, told: boolean): void;
}

/** What stands where no event does: why, and a way to see one. */
export function emptyFeed(toast: ViewContext['toast'], clear: () => void): EmptyFeed {
  const text = element('p', { id: 'events-empty', class: 'empty' });
  const send = element('button', { id: 'send-sample', type: 'button' }, 'Send sample attacks');
  const hint = element('p', { class: 'hint' }, WHAT_IS_SENT);
  const unfilter = element('button', { id: 'clear-filters', type: 'button' }, 'Remove all filters');
  const node = element('div', { class: 'empty-feed' }, text, send, hint, unfilter);

  async function show(): Promise<void> {
    send.disabled = true;
    const stopped = await sendSample();
    send.disabled = false;
    if (stopped === null) toast('The shield does not answer. Is it running?', 'problem');
    else toast(`${stopped} of 3 sample attacks were stopped.`, stopped === 3 ? 'done' : 'problem');
  }
  send.addEventListener('click', () => void show());
  unfilter.addEventListener('click', clear);

  return {
    node,
    draw(empty, filtered, told) {
      node.hidden = !empty;
      if (!empty) return;
      const nothing = told ? NOTHING_YET : 'Waiting for the shield to tell what it has seen…';
      text.textContent = filtered ? 'No event passes these filters.' : nothing;
      send.hidden = filtered || !told;
      hint.hidden = send.hidden;
      unfilter.hidden = !filtered;
    },
  };
}
