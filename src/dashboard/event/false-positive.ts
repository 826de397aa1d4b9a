import type { EventRule, NumberedEvent } from '../../actors/contracts.ts';
import type { Policy } from '../../edge/policy.ts';
import type { Answer } from '../control/answer.ts';
import { askOnce, order } from '../control/ask.ts';
import { element } from '../dom.ts';
import { draftExclusion } from './draft-exclusion.ts';

/** What `POST /admin/exclusions/preview` answers, as far as it is shown. */
interface Preview {
  /** Recent events that were looked at. */
  readonly events: number;
  readonly affected: number;
  readonly would_pass: number;
}

/** The exclusion that takes a match back, to be looked over, published, and undone if it was a mistake. */
export function falsePositiveForm(rule: EventRule, event: NumberedEvent): HTMLElement {
  const draft = draftExclusion(rule, event, Date.now(), crypto.randomUUID().slice(0, 8));
  const path = input('Path', draft.path ?? '');
  const target = input('Where', draft.targets?.[0] ?? '');
  const reason = input('Reason', draft.reason);
  const expires = input('Until', draft.expires ?? '', 'date');
  const publish = element('button', { type: 'submit' }, 'Publish the exclusion');
  const undo = element('button', { type: 'button' }, 'Undo');
  undo.hidden = true;
  const said = element('p', { class: 'hint', role: 'status' }, hint(draft.score === true));
  const elsewhere = element('p', { class: 'hint reach' }, 'Looking at recent events…');
  const form = element(
    'form',
    { class: 'exclusion' },
    element('h3', {}, `Not to match here: ${(draft.rules ?? []).join(', ')}`),
    ...[path, target, reason, expires].map(({ label }) => label),
    elsewhere,
    element('div', { class: 'acts' }, publish, undo),
    said,
  );

  const read = () => {
    const { path: _path, targets: _targets, expires: _expires, ...rest } = draft;
    return {
      ...rest,
      ...(path.field.value !== '' && { path: path.field.value }),
      ...(target.field.value !== '' && { targets: [target.field.value] }),
      reason: reason.field.value,
      ...(expires.field.value !== '' && { expires: expires.field.value }),
    };
  };

  /** What else would have passed: the narrower the exclusion, the fewer. */
  async function look(): Promise<void> {
    const answer = await order<Preview>('/admin/exclusions/preview', { exclusion: read() });
    if (answer.kind === 'ok') elsewhere.textContent = reach(answer.value);
    else elsewhere.textContent = answer.text;
  }
  for (const { field } of [path, target]) field.addEventListener('change', () => void look());
  void look();

  form.addEventListener('submit', (submitted) => {
    submitted.preventDefault();
    void run(publish, async () => {
      const now = await askOnce<{ policy: Policy }>('/admin/policy');
      if (now.kind !== 'ok') return now;
      const before = now.value.policy;
      const policy = { ...before, exclusions: [...(before.exclusions ?? []), read()] };
      const done = await order('/admin/policy/reload', policy);
      if (done.kind === 'ok') {
        said.textContent = `In force as ${draft.id}. The same request passes now, unless something else speaks against it.`;
        publish.hidden = true;
        undo.hidden = false;
      }
      return done;
    });
  });
  undo.addEventListener('click', () => {
    void run(undo, async () => {
      // Others may have changed the policy meanwhile: this exclusion alone is taken out again.
      const now = await askOnce<{ policy: Policy }>('/admin/policy');
      if (now.kind !== 'ok') return now;
      const { policy } = now.value;
      const exclusions = (policy.exclusions ?? []).filter(({ id }) => id !== draft.id);
      const done = await order('/admin/policy/reload', { ...policy, exclusions });
      if (done.kind === 'ok') {
        said.textContent = 'Taken back: the rule matches here as before.';
        publish.hidden = false;
        undo.hidden = true;
      }
      return done;
    });
  });

  async function run(button: HTMLButtonElement, work: () => Promise<Answer<unknown>>): Promise<void> {
    button.disabled = true;
    const answer = await work();
    button.disabled = false;
    if (answer.kind !== 'ok') said.textContent = answer.text;
  }

  return form;
}

function reach({ events, affected, would_pass: passed }: Preview): string {
  return `Of the last ${events} events it would have touched ${affected}, and let ${passed} pass.`;
}

function hint(scored: boolean): string {
  const score = scored
    ? ' The score of the network leaves out the same place, or it would refuse the request by itself.'
    : '';
  return `Only these rules, only there, only until then.${score} All others go on.`;
}

function input(title: string, value: string, type = 'text') {
  const field = element('input', { type, value });
  return { field, label: element('label', {}, title, field) };
}
