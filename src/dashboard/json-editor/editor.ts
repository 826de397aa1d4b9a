import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json, jsonParseLinter } from '@codemirror/lang-json';
import {
  bracketMatching,
  ensureSyntaxTree,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
  syntaxTree,
} from '@codemirror/language';
import { linter, lintGutter, lintKeymap, type Diagnostic } from '@codemirror/lint';
import { EditorState, StateEffect } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { Problem } from '../../parse.ts';
import { sayBriefly } from './brief.ts';
import { completeJson } from './complete-json.ts';
import { placeOf } from './json-tree.ts';
import type { JsonSchema } from './schema-walk.ts';

/** The linter waits for a pause in typing: a ruleset of some hundred KB takes tens of milliseconds. */
const LINT_DELAY_MS = 400;
/** How long a jump may parse ahead; a megabyte takes less. */
const PARSE_MS = 2000;

export interface JsonEditor {
  text(): string;
  replace(text: string): void;
  /** What the control plane found, at its places until the text changes. */
  blame(problems: readonly Problem[]): void;
  /** Puts the cursor on a path and brings it into view. */
  show(path: string): void;
  focus(): void;
  destroy(): void;
}

export interface JsonEditorOptions {
  readonly label: string;
  readonly text: string;
  readonly schema: JsonSchema;
  /** The door's own check, on what parses as JSON. */
  readonly check: (data: unknown) => readonly Problem[];
  readonly changed: () => void;
  readonly readOnly?: boolean;
}

/** There is something to blame that the text does not tell. */
const blaming = StateEffect.define();

/**
 * Chromium itself wraps what is typed over a coloured selection in a span with an inline style, which the page's policy forbids, and
 * complains of: so the editor does that replacement before the browser can.
 */
const typeOver = EditorView.domEventHandlers({
  beforeinput: ({ inputType, data }, view) => {
    if (inputType !== 'insertText' || data === null || view.state.selection.main.empty || view.composing) return false;
    view.dispatch(view.state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true });
    return true;
  },
});

/** The page's own custom properties reach into the shadow root, so both themes are one. */
const theme = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'var(--sheet)', color: 'var(--text)', fontSize: '13px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55' },
  '.cm-content': { caretColor: 'var(--accent)', padding: '0.5rem 0' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)', borderLeftWidth: '2px' },
  '.cm-gutters': { backgroundColor: 'var(--sheet)', color: 'var(--faint)', borderRight: '1px solid var(--line)' },
  '.cm-activeLine, .cm-activeLineGutter': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 8%, transparent)',
  },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--accent) 28%, transparent)',
  },
  '.cm-matchingBracket': { backgroundColor: 'color-mix(in srgb, var(--accent) 22%, transparent)' },
  '.cm-foldPlaceholder': { background: 'var(--ground)', border: '1px solid var(--line)', color: 'var(--faint)' },
  '.cm-tooltip': {
    background: 'var(--sheet)',
    border: '1px solid var(--line)',
    borderRadius: '8px',
    color: 'var(--text)',
    boxShadow: '0 6px 24px rgb(0 0 0 / 0.18)',
    overflow: 'hidden',
  },
  '.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxHeight: '16rem' },
  '.cm-tooltip-autocomplete > ul > li': { padding: '0.15rem 0.6rem' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { background: 'var(--accent)', color: 'var(--sheet)' },
  '.cm-completionDetail': { marginLeft: '0.8rem', fontStyle: 'normal', opacity: '0.75' },
  '.cm-diagnostic': {
    padding: '0.3rem 0.6rem',
    fontFamily: 'system-ui, sans-serif',
    maxWidth: 'min(34rem, 88vw)',
  },
  '.cm-diagnostic-error': { borderLeft: '4px solid var(--block)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--block)',
    textUnderlineOffset: '3px',
  },
});

const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.propertyName, color: 'var(--accent)' },
    { tag: tags.string, color: 'var(--allow)' },
    { tag: [tags.number, tags.bool, tags.null], color: 'var(--challenge)' },
    { tag: [tags.brace, tags.squareBracket, tags.separator], color: 'var(--faint)' },
  ]),
);

/**
 * A JSON editor in a shadow root: there the editor's styles are constructed sheets, which a policy without inline styles allows.
 */
export function openEditor(host: HTMLElement, options: JsonEditorOptions): JsonEditor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  root.replaceChildren();
  let blamed: readonly Problem[] = [];
  const parse = jsonParseLinter();

  const lint = linter(
    (view): readonly Diagnostic[] => {
      const text = view.state.doc.toString();
      const broken = parse(view);
      if (broken.length > 0 || text.trim() === '') return broken;
      const found = options.check(JSON.parse(text));
      return place(view.state, [
        ...found,
        ...blamed.filter((problem) => !found.some((own) => own.path === problem.path)),
      ]);
    },
    {
      delay: LINT_DELAY_MS,
      needsRefresh: (update) => update.transactions.some(({ effects }) => effects.some((effect) => effect.is(blaming))),
    },
  );
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        lineNumbers(),
        foldGutter(),
        lintGutter(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ override: [completeJson(options.schema)], icons: false }),
        highlightActiveLine(),
        keymap.of([
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...historyKeymap,
          ...foldKeymap,
          ...completionKeymap,
          ...lintKeymap,
        ]),
        json(),
        lint,
        theme,
        colours,
        EditorView.lineWrapping,
        typeOver,
        EditorView.contentAttributes.of({ 'aria-label': options.label, tabindex: '0' }),
        EditorState.readOnly.of(options.readOnly ?? false),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          blamed = [];
          options.changed();
        }),
      ],
    }),
  });

  return {
    text: () => view.state.doc.toString(),
    replace: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    blame: (problems) => {
      blamed = problems;
      view.dispatch({ effects: blaming.of(null) });
      if (problems[0] !== undefined) show(problems[0].path);
    },
    show,
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };

  function show(path: string): void {
    const { from } = placeIn(view.state, path);
    view.dispatch({
      selection: { anchor: from },
      effects: EditorView.scrollIntoView(from, { y: 'start', yMargin: 24 }),
    });
  }
}

function place(state: EditorState, problems: readonly Problem[]): readonly Diagnostic[] {
  return problems.map(({ path, message }) => ({
    ...placeIn(state, path),
    severity: 'error',
    message: path === '' ? sayBriefly(message) : `${path}: ${sayBriefly(message)}`,
  }));
}

function placeIn(state: EditorState, path: string): { readonly from: number; readonly to: number } {
  const tree = ensureSyntaxTree(state, state.doc.length, PARSE_MS) ?? syntaxTree(state);
  return placeOf(tree.topNode, state.doc.toString(), path);
}
