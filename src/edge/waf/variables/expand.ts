import type { Collection, Macro, Text } from '../../../../rules/schema.ts';
import type { TxNames, TxValue } from './tx-variables.ts';

/** A variable named in a text. */
export interface CompiledMacro {
  readonly collection: Collection;
  /** Lower-case; empty where the collection has no members. */
  readonly selector: string;
  /** Of a TX variable, else -1. */
  readonly slot: number;
}

/** A text as it stands, or its pieces. */
export type CompiledText = string | readonly (string | CompiledMacro)[];

/** Who knows what variables hold at the time. */
export interface MacroSource {
  /** Undefined where there is no such variable. */
  read(macro: CompiledMacro): TxValue | undefined;
  /** Hears that an operator's no is only a guess, for its budget was spent. */
  giveUp?(): void;
}

export function compileText(text: Text, names: TxNames): CompiledText {
  if (typeof text === 'string') return text;
  const parts = text.map((part) => (typeof part === 'string' ? part : compileMacro(part, names)));
  return parts.every((part) => typeof part === 'string') ? parts.join('') : parts;
}

function compileMacro({ collection, selector = '' }: Macro, names: TxNames): CompiledMacro {
  return { collection, selector, slot: collection === 'TX' ? names.slot(selector) : -1 };
}

/** The text with every macro's value in its place; a variable that is not there is empty. */
export function expand(text: CompiledText, source: MacroSource): string {
  if (typeof text === 'string') return text;
  let out = '';
  for (const part of text) out += typeof part === 'string' ? part : (source.read(part) ?? '');
  return out;
}

/** The same, but a sum stays a number. */
export function expandValue(text: CompiledText, source: MacroSource): TxValue {
  if (typeof text === 'string') return text;
  const [only] = text;
  if (text.length === 1 && typeof only === 'object') return source.read(only) ?? '';
  return expand(text, source);
}
