import type { SecSelection } from './ast.ts';

/** What selections look at. */
export interface Selectable {
  readonly id: string;
  readonly message: string;
  readonly tags: readonly string[];
}

/**
 * Whether a directive or a `ctl` speaks of a rule. Tags and messages are searched with a regular expression, as ModSecurity 2
 * does; one that is none is looked for as it stands.
 */
export function makeSelector(selection: SecSelection): (rule: Selectable) => boolean {
  if (selection.by === 'id') {
    return ({ id }) => {
      const number = Number(id);
      return selection.ranges.some(([from, to]) => number >= from && number <= to);
    };
  }
  const isFound = makeSearch(selection.pattern);
  return selection.by === 'tag' ? ({ tags }) => tags.some(isFound) : ({ message }) => isFound(message);
}

function makeSearch(pattern: string): (text: string) => boolean {
  try {
    const expression = new RegExp(pattern, 's');
    return (text) => expression.test(text);
  } catch {
    return (text) => text.includes(pattern);
  }
}

/** A selection in words, for the report. */
export function describeSelection(selection: SecSelection): string {
  if (selection.by !== 'id') return `${selection.by} ${selection.pattern}`;
  return selection.ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(' ');
}
