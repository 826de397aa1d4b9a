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

function isEdited({ text, base }: Draft): boolean {
  return text !== base;
}
