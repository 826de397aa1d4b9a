import type { Collection } from '../../../../rules/schema.ts';
import { formatLocation, membersOf } from '../location.ts';
import type { RequestView } from '../request-view.ts';
import { coversName, type CompiledTarget } from './compile-target.ts';
import { deriveVariable } from './derived.ts';
import type { CompiledMacro } from './expand.ts';
import { selectMembers, type Selected } from './select-values.ts';
import type { TxValue, TxVariables } from './tx-variables.ts';

/** All that rules can ask of one transaction, as it stands by now. */
export class Variables {
  readonly #view: RequestView;
  readonly tx: TxVariables;
  /** Of the request, and later of its answer. */
  values: readonly Selected[];
  /** How many of them rules can see: those that have come. */
  visible = 0;
  /** `ctl:forceRequestBodyVariable`. */
  forced = false;
  /** Who takes the body apart: by its type, or by `ctl:requestBodyProcessor`. */
  processor: string;
  /** What the links of the rule at hand matched, the last of it last. */
  readonly matched: Selected[] = [];

  constructor(view: RequestView, tx: TxVariables) {
    this.#view = view;
    this.tx = tx;
    this.values = view.values;
    this.processor = view.processor;
  }

  /** A variable of the request that is worked out; undefined where it has none. */
  derive(collection: Collection): string | undefined {
    return deriveVariable(collection, this.#view, this);
  }

  /** What a target takes in, but for its exclusions. */
  select(target: CompiledTarget): Selected[] {
    const out: Selected[] = [];
    if (target.kind === 'tx') this.#selectTx(target, out);
    else if (target.kind === 'matched') this.#selectMatched(target, out);
    else this.#selectOfView(target, out);
    return out;
  }

  /** One value for a text; undefined where there is none. */
  read({ collection, selector, slot }: CompiledMacro): TxValue | undefined {
    if (slot >= 0) return this.tx.get(slot);
    if (collection === 'TX') return this.tx.getNamed(selector);
    const last = this.matched.at(-1);
    if (!collection.startsWith('MATCHED_')) return this.#readMember(collection, selector);
    if (last === undefined) return undefined;
    return collection.includes('NAME') ? nameOf(last) : last.value;
  }

  #readMember(collection: Collection, selector: string): string | undefined {
    const target: CompiledTarget = {
      collection,
      kind: 'view',
      members: membersOf(collection),
      selector: selector === '' ? null : selector,
      pattern: null,
      slot: -1,
      count: false,
    };
    return this.select(target)[0]?.value;
  }

  #selectTx(target: CompiledTarget, out: Selected[]): void {
    if (target.slot >= 0) {
      const value = this.tx.get(target.slot);
      if (value !== undefined) out.push({ collection: 'TX', name: target.selector ?? '', value: String(value) });
      return;
    }
    this.tx.forEach((name, value) => {
      if (coversName(target, name)) out.push({ collection: 'TX', name, value: String(value) });
    });
  }

  #selectMatched({ collection }: CompiledTarget, out: Selected[]): void {
    const from = collection.startsWith('MATCHED_VARS') ? 0 : this.matched.length - 1;
    const isNames = collection.includes('NAME');
    for (const one of this.matched.slice(Math.max(0, from))) {
      out.push({ collection, name: nameOf(one), value: isNames ? nameOf(one) : one.value });
    }
  }

  #selectOfView(target: CompiledTarget, out: Selected[]): void {
    if (target.collection === 'GEO') {
      const { country } = this.#view;
      if (country !== '' && target.selector === 'country_code') {
        out.push({ collection: 'GEO', name: 'COUNTRY_CODE', value: country });
      }
      return;
    }
    const derived = this.derive(target.collection);
    if (derived !== undefined) out.push({ collection: target.collection, name: '', value: derived });
    else selectMembers(target, this.values, this.visible, out);
  }
}

function nameOf({ collection, name }: Selected): string {
  return formatLocation(collection, name);
}
