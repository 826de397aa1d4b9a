import { openShelf } from '../shell/shelf.ts';

/** What was written at a desk and not published. */
export interface Draft {
  readonly text: string;
  readonly note: string;
  /** What it was written from, as an editor prints it: somebody may publish something else meanwhile. */
  readonly base: string;
}

const shelf = openShelf<Draft>();

/** `desk`: the desk's name. */
export function findDraft(desk: string): Draft | undefined {
  return shelf.get(desk);
}

/** A draft that says what it was written from is none. */
export function keepDraft(desk: string, draft: Draft): void {
  shelf.put(desk, isEdited(draft) || draft.note !== '' ? draft : undefined);
}

/** Whether there is text at the desk that is not in force. */
export function hasDraft(desk: string): boolean {
  const draft = shelf.get(desk);
  return draft !== undefined && isEdited(draft);
}

/**
 * How an editor's text stands to what it begins with: `first`, which is in force or a template. `untouched`: the text is a draft from
 * before in which nothing was changed since.
 */
export function sayState(editor: {
  readonly text: string;
  readonly first: string;
  readonly base: string;
  readonly inForce: boolean;
  readonly untouched: boolean;
}): string {
  const { text, first, base, inForce, untouched } = editor;
  if (text === first) return inForce ? 'As it is in force' : 'New: not published yet';
  const kept = untouched ? ', kept from before' : '';
  return `Edited${kept}${base === first ? '' : '; what is in force has changed since'}`;
}

function isEdited({ text, base }: Draft): boolean {
  return text !== base;
}
