import type { CompiledAssignment } from '../compile-rule.ts';
import { expand, expandValue, type MacroSource } from './expand.ts';
import { toInteger, type TxValue, type TxVariables } from './tx-variables.ts';

/** `setvar`. Sums take what is no number for 0. */
export function assign(
  { slot, name, operation, value }: CompiledAssignment,
  tx: TxVariables,
  source: MacroSource,
): void {
  const key = slot >= 0 ? '' : expand(name, source).toLowerCase();
  let result: TxValue | undefined;
  if (operation === 'set') {
    result = expandValue(value, source);
  } else if (operation !== 'unset') {
    const before = toInteger(slot >= 0 ? tx.get(slot) : tx.getNamed(key));
    const change = toInteger(expandValue(value, source));
    result = operation === 'add' ? before + change : before - change;
  }
  if (slot >= 0) tx.set(slot, result);
  else tx.setNamed(key, result);
}
