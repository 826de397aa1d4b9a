import type { Answer } from '../control/answer.ts';
import { byId, element } from '../dom.ts';

/** What a button's work leaves to be seen beside it. */
export type Outcome = readonly (Node | string)[];

export interface Action<T> {
  readonly button: string;
  /** Where progress, the result or the problem appears. */
  readonly output: string;
  /** Said while it runs. */
  readonly progress: string;
  readonly run: () => Promise<Answer<T>> | null;
  readonly show: (value: T) => Outcome;
  /** Called when it has ended well. */
  readonly done?: () => void;
}

/** Binds a button to a call of the control plane. One at a time: a click while it runs is nothing. */
export function bindAction<T>(action: Action<T>): void {
  const button = byId(action.button);
  let busy = false;
  button.addEventListener('click', (event) => {
    event.preventDefault();
    if (busy) return;
    void perform();
  });

  async function perform(): Promise<void> {
    const running = action.run();
    if (running === null) return;
    busy = true;
    // Not `disabled`: that would take the focus away from who pressed it.
    button.setAttribute('aria-disabled', 'true');
    tell('working', action.progress);
    const answer = await running;
    busy = false;
    button.removeAttribute('aria-disabled');
    if (answer.kind !== 'ok') return tell('problem', answer.text);
    tell('done', ...action.show(answer.value));
    action.done?.();
  }

  function tell(phase: string, ...content: Outcome): void {
    const output = byId(action.output);
    output.dataset['phase'] = phase;
    output.replaceChildren(...content);
  }
}

/** A word and a sentence: `Passed` in green, `Failed` in red, never by colour alone. */
export function verdict(good: boolean, word: string, sentence: string): HTMLElement {
  return element('p', { class: 'verdict', 'data-good': String(good) }, element('b', {}, word), ` ${sentence}`);
}
