import type { Problem } from '../../parse.ts';
import { ask, order, PATIENT_MS } from '../control/ask.ts';
import { element } from '../dom.ts';
import type { JsonEditor } from '../json-editor/editor.ts';
import { printJson } from '../json-editor/print-json.ts';
import { button } from '../controls/button.ts';
import { field } from '../controls/field.ts';
import { notice } from '../controls/notice.ts';
import type { Published } from './published.ts';
import { deskName, type Desk } from './desk.ts';
import { diffView } from './diff-view.ts';
import { findDraft, keepDraft, sayState } from './draft.ts';
import { problemList } from './problem-list.ts';
import { noteQuery } from './publish-policy.ts';
import { sayOutcome } from './outcome.ts';
import type { Together } from './together.ts';

/** Longer notes are cut by the registry. */
const NOTE_LENGTH = 200;

export interface ReleaseEditorOptions {
  readonly desk: Desk;
  /** What to begin with where nothing is in force under this name. */
  readonly draft?: unknown;
  /** More to try a draft by, beside what it changes: shown under the result of a dry run. */
  readonly trial?: (draft: unknown, result: Published) => Promise<readonly Node[]>;
  /** What keeps a draft from being published, beside what the door finds. It may still be tried. */
  readonly unfit?: (draft: unknown) => readonly Problem[];
  /** What is published by the same press. */
  readonly together?: Together;
  readonly published: (result: Published) => void;
}

export interface ReleaseEditor {
  readonly node: HTMLElement;
  /** Puts the cursor on a path of the data. */
  show(path: string): void;
  /** Changes the data that is being edited, if it can be read. */
  edit(change: (data: unknown) => unknown): void;
  data(): unknown;
  destroy(): void;
}

/** An editor for a desk's data: checked while it is typed, tried against the control plane, published with a note. */
export async function openReleaseEditor(options: ReleaseEditorOptions): Promise<ReleaseEditor | HTMLElement> {
  const { desk } = options;
  const [{ openEditor }, door, reply] = await Promise.all([
    import('../json-editor/editor.ts'),
    desk.door(),
    options.draft === undefined ? ask<Record<string, unknown>>(desk.show, PATIENT_MS) : null,
  ]);
  if (reply !== null && reply.kind !== 'ok') return notice(reply.text, 'problem');
  let inForce = reply?.value[desk.key];
  const begin = () => printJson(inForce ?? options.draft);
  /** What was written here before and not published, and what it was written from. */
  const found = findDraft(deskName(desk));
  let untouched = found !== undefined;
  let base = found?.base ?? begin();
  const host = element('div', { class: 'editor-host' });
  const output = element('div', { class: 'editor-output', 'aria-live': 'polite' });
  const note = element('input', {
    type: 'text',
    maxlength: String(NOTE_LENGTH),
    placeholder: 'Why: it stands in the history',
    autocomplete: 'off',
  });
  const state = element('span', { class: 'editor-state', role: 'status' });
  const editor: JsonEditor = openEditor(host, {
    label: `The ${desk.title} as JSON`,
    text: found?.text ?? begin(),
    schema: door.schema,
    check: door.check,
    changed: () => {
      untouched = false;
      keep();
      tellState();
    },
  });

  const tell = (...content: readonly (Node | string)[]) => output.replaceChildren(...content);
  const keep = () => keepDraft(deskName(desk), { text: editor.text(), note: note.value, base });
  const tellState = () => {
    const text = editor.text();
    state.dataset['edited'] = String(inForce === undefined || text !== begin());
    state.textContent = sayState({ text, first: begin(), base, inForce: inForce !== undefined, untouched });
  };
  note.value = found?.note ?? '';
  note.addEventListener('input', keep);

  /** The draft, or null when it is told what is wrong with it. */
  const draft = (): { readonly data: unknown } | null => {
    let data: unknown;
    try {
      data = JSON.parse(editor.text());
    } catch (error) {
      tell(notice(`This is not JSON: ${error instanceof Error ? error.message : 'it cannot be read'}.`, 'problem'));
      return null;
    }
    const problems = door.check(data);
    if (problems.length > 0) tell(problemList('This cannot be published yet.', problems, editor));
    return problems.length > 0 ? null : { data };
  };

  const send = async (query: string): Promise<Published | null> => {
    const wanted = draft();
    if (wanted === null) return null;
    const answer = await order<Published>(`${desk.reload}${query}`, wanted.data);
    if (answer.kind === 'ok') return answer.value;
    editor.blame(answer.problems);
    tell(problemList(answer.headline, answer.problems, editor));
    return null;
  };

  const dryRun = async () => {
    const result = await send('?dry_run=1');
    const wanted = draft();
    if (result === null || wanted === null) return;
    tell(notice(sayOutcome(result), 'good'));
    if (!result.changed) return;
    if (options.trial !== undefined) output.append(...(await options.trial(wanted.data, result)));
    output.append(diffView(inForce, wanted.data));
  };

  const publish = async () => {
    const unfit = options.unfit?.(draft()?.data) ?? [];
    if (unfit.length > 0) return tell(problemList('This cannot be published yet.', unfit, editor));
    const why = note.value;
    const sent = editor.text();
    const wanted = draft();
    const result = await send(noteQuery(why));
    if (result === null || wanted === null) return;
    inForce = wanted.data;
    // What was typed while it was on its way is a draft of its own.
    if (editor.text() === sent) editor.replace(begin());
    settle();
    const also = (await options.together?.publish(why)) ?? null;
    tell(
      notice(sayOutcome(result), 'good'),
      ...(also === null ? [] : [notice(also.text, also.ok ? 'good' : 'problem')]),
    );
    if (also?.ok === true) options.published({ ...result, seq: also.seq, mode: also.mode });
    else if (result.changed) options.published(result);
  };

  const revert = () => {
    editor.replace(begin());
    settle();
    tell();
  };

  /** What is in force is what is edited from here on. */
  const settle = () => {
    note.value = '';
    untouched = false;
    base = begin();
    keep();
    tellState();
  };

  const node = element(
    'section',
    { class: 'editor', 'aria-label': `Edit the ${desk.title}` },
    element(
      'div',
      { class: 'editor-bar' },
      state,
      element('span', { class: 'acts' }, button('Undo all edits', revert), button('Dry run', dryRun)),
    ),
    host,
    element(
      'div',
      { class: 'publish-bar' },
      field('Note', note),
      options.together?.node ?? '',
      button('Publish', publish, 'primary'),
    ),
    output,
  );
  tellState();
  return {
    node,
    show: (path) => {
      editor.show(path);
      editor.focus();
    },
    edit: (change) => {
      try {
        editor.replace(printJson(change(JSON.parse(editor.text()))));
      } catch {
        tell(notice('The text is not JSON: mend it first.', 'problem'));
      }
    },
    data: () => draft()?.data,
    destroy: () => editor.destroy(),
  };
}
