import type { Collection } from '../../../../rules/schema.ts';
import { namesOf } from '../location.ts';
import { coversName, type CompiledTarget } from './compile-target.ts';

/** One value that a link looks at. */
export interface Selected {
  /** As narrow as it is known: `ARGS_GET`, `ARGS_POST_NAMES`. */
  readonly collection: Collection;
  readonly name: string;
  readonly value: string;
}

/** Adds the values, or the names, of the members that a target takes in. */
export function selectMembers(target: CompiledTarget, values: readonly Selected[], end: number, out: Selected[]): void {
  const { members } = target;
  for (let at = 0; at < end; at++) {
    const value = values[at]!;
    const { collection, name } = value;
    if (members.includes(collection)) {
      if (coversName(target, name)) out.push(value);
      continue;
    }
    const names = namesOf(collection);
    if (names !== undefined && members.includes(names) && coversName(target, name)) {
      out.push({ collection: names, name, value: name });
    }
  }
}
