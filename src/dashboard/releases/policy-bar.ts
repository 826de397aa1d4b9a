import type { Policy } from '../../edge/policy.ts';
import { element } from '../dom.ts';
import { button } from '../controls/button.ts';
import { field } from '../controls/field.ts';
import { notice } from '../controls/notice.ts';
import { publishPolicy } from './publish-policy.ts';
import type { Published } from './published.ts';

/** A change of the policy that is chosen and not published yet. */
export interface PolicyChange {
  /** In a few words. */
  readonly text: string;
  readonly apply: (policy: Policy) => Policy;
}

export interface PolicyBar {
  readonly node: HTMLElement;
  /** What waits to be published; nothing hides the bar. */
  show(changes: readonly PolicyChange[]): void;
}

/** Changes named before the rest is told as a number. */
const NAMED = 4;

/** Publishes what was chosen in a view as one release, or drops it. What it changes is the release's note, unless one is typed. */
export function policyBar(options: {
  readonly discard: () => void;
  readonly published: (result: Published, changes: readonly PolicyChange[]) => void;
}): PolicyBar {
  let waiting: readonly PolicyChange[] = [];
  const said = element('span', { class: 'pending-said' });
  const note = element('input', { type: 'text', maxlength: '200', placeholder: 'Why', autocomplete: 'off' });
  const problem = element('div', { class: 'pending-problem', 'aria-live': 'polite' });
  const node = element(
    'section',
    { class: 'pending-bar', 'aria-label': 'Changes to publish' },
    said,
    field('Note', note),
    button('Discard', () => options.discard()),
    button('Publish', publish, 'primary'),
    problem,
  );
  node.hidden = true;

  async function publish(): Promise<void> {
    const changes = waiting;
    const typed = note.value.trim();
    const why = typed === '' ? changes.map(({ text }) => text).join(', ') : typed;
    const answer = await publishPolicy((policy) => changes.reduce((before, { apply }) => apply(before), policy), why);
    if (answer.kind !== 'ok') {
      const places = answer.problems.map(({ path, message }) => `${path} ${message}`);
      return problem.replaceChildren(notice([answer.headline, ...places].join(' '), 'problem'));
    }
    note.value = '';
    options.discard();
    options.published(answer.value, changes);
  }

  return {
    node,
    show: (changes) => {
      waiting = changes;
      node.hidden = changes.length === 0;
      problem.replaceChildren();
      const more = changes.length - NAMED;
      said.replaceChildren(
        element('b', {}, `${changes.length} to publish: `),
        changes
          .slice(0, NAMED)
          .map(({ text }) => text)
          .join(', '),
        more > 0 ? ` and ${more} more` : '',
      );
    },
  };
}
