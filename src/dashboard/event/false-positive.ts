import type { NumberedEvent } from '../../actors/contracts.ts';
import type { Exclusion } from '../../edge/exclusions/schema.ts';
import { count } from '../count.ts';
import { field, textInput } from '../controls/field.ts';
import { element } from '../dom.ts';
import { OUTCOME_NAMES } from '../outcome-names.ts';
import { placeOf } from '../shell/place.ts';
import type { Answer } from '../control/answer.ts';
import { alreadyExcluded } from './already-excluded.ts';
import { mainRule } from './decided-by.ts';
import { draftExclusion } from './draft-exclusion.ts';
import { previewExclusion, publishExclusion, withdrawExclusion, type Preview } from './exclusion-acts.ts';

/** Of the events that it would have touched; the figures tell of all. */
const EXAMPLES = 4;

export interface FalsePositivePanel {
  readonly node: HTMLElement;
  open(): void;
  close(): void;
}

/** The exclusion that takes a match back, to be looked over, published, and undone if it was a mistake. */
export function falsePositivePanel(event: NumberedEvent, toggled: (open: boolean) => void): FalsePositivePanel {
  const draft = draftExclusion(mainRule(event), event, Date.now(), crypto.randomUUID().slice(0, 8));
  const rules = input('rules', (draft.rules ?? []).join(', '));
  const path = input('path', draft.path ?? '');
  const target = input('target', draft.targets?.[0] ?? '');
  const reason = input('reason', draft.reason);
  const expires = input('expires', draft.expires ?? '', 'date');
  const title = element('h3', { tabindex: '-1' }, 'Not an attack: what to let pass');
  const publish = element('button', { type: 'submit', class: 'primary' }, 'Publish the exclusion');
  const undo = element('button', { type: 'button' }, 'Undo');
  const cancel = element('button', { type: 'button', class: 'ghost' }, 'Close');
  const said = element('p', { class: 'drawer-said', role: 'status' });
  const reach = element('div', { class: 'reach', id: 'reach', 'aria-live': 'polite' }, 'Looking at recent events…');
  undo.hidden = true;
  const already = alreadyExcluded(event, draft, async (text) => {
    said.textContent = text;
    await lookAtPolicy();
    title.focus();
  });
  const form = element(
    'div',
    { class: 'exclusion-draft' },
    element('p', { class: 'hint' }, hint(draft)),
    element(
      'div',
      { class: 'exclusion-fields' },
      ...(draft.rules === undefined ? [] : [field('Rules', rules)]),
      field('Path', path),
      field('Where in the request', target),
      field('Until', expires),
      field('Reason', reason),
    ),
    reach,
  );
  const node = element(
    'form',
    { class: 'drawer-panel exclusion', 'aria-label': 'False positive', hidden: '' },
    title,
    already.node,
    form,
    said,
    element('div', { class: 'drawer-row' }, publish, undo, cancel),
  );

  const read = (): Exclusion => {
    const { rules: _rules, path: _path, targets: _targets, expires: _expires, ...rest } = draft;
    const named = rules.value.split(/[\s,]+/).filter((id) => id !== '');
    return {
      ...rest,
      ...(draft.rules !== undefined && named.length > 0 && { rules: named }),
      ...(path.value !== '' && { path: path.value }),
      ...(target.value !== '' && { targets: [target.value] }),
      reason: reason.value,
      ...(expires.value !== '' && { expires: expires.value }),
    };
  };

  let busy = false;
  /** What else would have passed: the narrower the exclusion, the fewer. */
  let asked = 0;
  async function look(): Promise<void> {
    asked += 1;
    const mine = asked;
    const answer = await previewExclusion(read());
    if (mine !== asked) return;
    // What is sure to change nothing is not to stand in the policy.
    const useless = answer.kind === 'ok' && missesItself(answer.value, event.at);
    publish.toggleAttribute('data-useless', useless);
    drawPublish();
    if (answer.kind === 'ok') reach.replaceChildren(...describeReach(answer.value, event.n, useless));
    else reach.replaceChildren(answer.text);
  }

  /** Not `disabled`: who has it in focus is to keep his place, and to hear why. */
  function drawPublish(): void {
    const off = busy || publish.hasAttribute('data-useless');
    if (off) publish.setAttribute('aria-disabled', 'true');
    else publish.removeAttribute('aria-disabled');
    if (publish.hasAttribute('data-useless')) publish.setAttribute('aria-describedby', reach.id);
    else publish.removeAttribute('aria-describedby');
  }

  /** One exclusion is enough: where one covers this already, it is shown in the place of the draft. Answers their ids. */
  async function lookAtPolicy(): Promise<readonly string[]> {
    const found = await already.look();
    form.hidden = found.length > 0;
    publish.hidden = found.length > 0;
    return found.map(({ id }) => id);
  }
  for (const control of [rules, path, target]) control.addEventListener('change', () => void look());

  node.addEventListener('submit', (submitted) => {
    submitted.preventDefault();
    if (publish.hidden || publish.hasAttribute('data-useless')) return;
    void run(publish, publishExclusion(read()), true);
  });
  undo.addEventListener('click', () => void run(undo, withdrawExclusion(draft), false));
  cancel.addEventListener('click', () => show(false));

  async function run(button: HTMLButtonElement, work: Promise<Answer<unknown>>, published: boolean): Promise<void> {
    if (busy) return;
    busy = true;
    button.setAttribute('aria-disabled', 'true');
    const answer = await work;
    busy = false;
    button.removeAttribute('aria-disabled');
    drawPublish();
    if (answer.kind !== 'ok') {
      said.textContent = answer.text;
      return;
    }
    publish.hidden = published;
    undo.hidden = !published;
    (published ? undo : publish).focus();
    if (published) {
      said.textContent = `In force as ${draft.id}. The same request passes now, unless something else speaks against it.`;
      return;
    }
    const others = await lookAtPolicy();
    said.textContent =
      others.length === 0
        ? 'Taken back: the rule matches here as before.'
        : `Taken back, but ${others.join(' and ')} still covers this: the same request goes on passing.`;
    if (others.length > 0) title.focus();
  }

  function show(open: boolean): void {
    node.hidden = !open;
    toggled(open);
  }

  return {
    node,
    open: () => {
      show(true);
      // To be looked over before it is published.
      title.focus();
      void look();
      // What was just published here is undone here.
      if (undo.hidden) void lookAtPolicy();
    },
    close: () => show(false),
  };
}

/** Whether the event itself is among those looked at, and none of them would have been touched. `at`: of the event. */
function missesItself({ affected, since }: Preview, at: number): boolean {
  return affected === 0 && since !== null && at >= since;
}

function describeReach(
  { events, affected, would_pass: passed, changes }: Preview,
  own: number,
  useless: boolean,
): readonly HTMLElement[] {
  const others = changes.filter(({ n }) => n !== own);
  if (useless) {
    return [
      element(
        'p',
        {},
        `It would have touched none of the last ${count.format(events)} events, this one neither: nothing that an exclusion leaves out decided here, so there is nothing to publish.`,
      ),
    ];
  }
  return [
    element(
      'p',
      {},
      `Of the last ${count.format(events)} events it would have touched ${count.format(affected)}, and let ${count.format(passed)} pass.`,
    ),
    ...(others.length === 0 ? [] : [element('ul', {}, ...others.slice(0, EXAMPLES).map(describeChange))]),
    ...(others.length <= EXAMPLES ? [] : [element('p', {}, `and ${count.format(affected - EXAMPLES)} more`)]),
  ];
}

function describeChange({ n, ip, method, path, outcome, after }: Preview['changes'][number]): HTMLElement {
  const link = { href: placeOf('traffic', { event: String(n) }), target: '_blank', rel: 'noopener' };
  return element(
    'li',
    {},
    element('a', link, `${method} ${path}`),
    ` from ${ip}: `,
    `${OUTCOME_NAMES[outcome] ?? outcome} → ${OUTCOME_NAMES[after] ?? after}`,
  );
}

function hint({ rules, score }: Exclusion): string {
  if (rules === undefined) return 'The score alone decided: it leaves out what is named here. All rules go on.';
  const scored =
    score === true ? ' The score leaves out the same place, or it would refuse the request by itself.' : '';
  return `These rules no longer match there, until then.${scored} All else goes on.`;
}

function input(name: string, value: string, type = 'text'): HTMLInputElement {
  return textInput({ name, value, type });
}
