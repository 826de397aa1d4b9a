import type { Problem } from '../../../parse.ts';
import { ask, order } from '../../control/ask.ts';
import { element } from '../../dom.ts';
import { button } from '../../controls/button.ts';
import { field } from '../../controls/field.ts';
import { notice } from '../../controls/notice.ts';
import type { Published } from '../../releases/published.ts';
import { diffView } from '../../releases/diff-view.ts';

/** Puts a model from a file in force: read, checked by the control plane, shown against the one in force, then published. */
export function pushModel(pushed: (seq: number) => void): HTMLElement {
  const file = element('input', { type: 'file', accept: '.json,application/json' });
  const note = element('input', { type: 'text', maxlength: '200', placeholder: 'Why', autocomplete: 'off' });
  const output = element('div', { 'aria-live': 'polite' });

  const read = async (): Promise<{ readonly data: unknown } | null> => {
    const chosen = file.files?.[0];
    if (chosen === undefined) {
      output.replaceChildren(notice('Choose a file first: what npm run model:train wrote.', 'problem'));
      return null;
    }
    try {
      const data: unknown = JSON.parse(await chosen.text());
      return { data };
    } catch {
      output.replaceChildren(notice(`${chosen.name} is not JSON.`, 'problem'));
      return null;
    }
  };
  const send = async (query: string) => {
    const model = await read();
    if (model === null) return null;
    const answer = await order<Published>(`/admin/model/reload${query}`, model.data);
    if (answer.kind !== 'ok') output.replaceChildren(notice(answer.headline, 'problem'), problemRows(answer.problems));
    return answer.kind === 'ok' ? { ...model, result: answer.value } : null;
  };

  const dryRun = async () => {
    const sent = await send('?dry_run=1');
    if (sent === null) return;
    if (!sent.result.changed) return output.replaceChildren(notice('This is the model in force already.', 'good'));
    const inForce = await ask<{ readonly model: unknown }>('/admin/model');
    output.replaceChildren(
      notice('The shield takes it. Against the model in force:', 'good'),
      ...(inForce.kind === 'ok' ? [diffView(inForce.value.model, sent.data)] : []),
    );
  };
  const publish = async () => {
    const words = note.value.trim();
    const sent = await send(words === '' ? '' : `?note=${encodeURIComponent(words)}`);
    if (sent === null) return;
    if (!sent.result.changed) return output.replaceChildren(notice('This is the model in force already.', 'good'));
    note.value = '';
    output.replaceChildren(notice(`In force as release ${sent.result.seq}.`, 'good'));
    pushed(sent.result.seq);
  };
  return element(
    'section',
    { class: 'card push-model' },
    element('h2', {}, 'Push a model'),
    element(
      'div',
      { class: 'publish-bar' },
      field('File', file),
      field('Note', note),
      button('Dry run', dryRun),
      button('Publish', publish, 'primary'),
    ),
    output,
  );
}

function problemRows(problems: readonly Problem[]): HTMLElement {
  return element(
    'ul',
    { class: 'say problem' },
    ...problems.map(({ path, message }) => element('li', {}, element('code', {}, path), ` ${message}`)),
  );
}
