import type { Parsed } from '../../src/parse.ts';
import { COLLECTIONS, type Collection, type Macro, type Text } from '../schema.ts';

const MACRO = /%\{([^}]*)\}/g;
const KNOWN: ReadonlySet<string> = new Set(COLLECTIONS);

/** What `%{rule.x}` stands for in one rule. */
export type RuleFacts = ReadonlyMap<string, string>;

/**
 * Reads a text with macros (`%{tx.a}`, `%{MATCHED_VAR}`, `%{request_headers.host}`). Those that speak of the rule itself are
 * filled in; a text without any other is a plain string.
 */
export function parseText(text: string, facts: RuleFacts): Parsed<Text> {
  const pieces: (string | Macro)[] = [];
  let end = 0;
  for (const match of text.matchAll(MACRO)) {
    addText(pieces, text.slice(end, match.index));
    end = match.index + match[0].length;
    const fact = /^rule\.(\w+)$/i.exec(match[1]!)?.[1];
    if (fact !== undefined) {
      addText(pieces, facts.get(fact.toLowerCase()) ?? '');
      continue;
    }
    const macro = parseMacro(match[1]!);
    if (macro === null)
      return { ok: false, problems: [{ path: '', message: `${match[0]} is no variable known here` }] };
    pieces.push(macro);
  }
  addText(pieces, text.slice(end));
  return { ok: true, value: joinPieces(pieces) };
}

/** The pieces as a text: one that has only plain pieces is a string. */
export function joinPieces(pieces: readonly (string | Macro)[]): Text {
  const joined: (string | Macro)[] = [];
  for (const piece of pieces) {
    if (typeof piece === 'string') addText(joined, piece);
    else joined.push(piece);
  }
  const [first = ''] = joined;
  return joined.length <= 1 && typeof first === 'string' ? first : joined;
}

export function piecesOf(text: Text): readonly (string | Macro)[] {
  return typeof text === 'string' ? [text] : text;
}

function addText(pieces: (string | Macro)[], text: string): void {
  const last = pieces.at(-1);
  if (text === '') return;
  if (typeof last === 'string') pieces[pieces.length - 1] = last + text;
  else pieces.push(text);
}

function parseMacro(written: string): Macro | null {
  const [, name = '', selector] = /^(\w+)(?:[.:](.*))?$/.exec(written.trim()) ?? [];
  const collection = name.toUpperCase();
  if (!isCollection(collection)) return null;
  return selector === undefined ? { collection } : { collection, selector: selector.toLowerCase() };
}

export function isCollection(name: string): name is Collection {
  return KNOWN.has(name);
}
