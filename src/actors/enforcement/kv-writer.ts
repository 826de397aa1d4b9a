import type { EnforcementStatus } from '../contracts.ts';
import { hashText } from '../registry/hash.ts';
import type { FactStore } from './facts.ts';
import type { JudgedThreats } from './judge-threats.ts';
import { mirrorEntries } from './kv-mirror.ts';

/** Writes to KV what operators look for there, what has changed alone. A write that fails is made by the next run. */
export async function writeMirror(
  kv: KVNamespace,
  facts: FactStore,
  status: EnforcementStatus,
  threats: JudgedThreats | null,
): Promise<void> {
  const mirrored = { ...facts.get('mirrored') };
  try {
    for (const [key, value] of mirrorEntries(status, threats)) {
      const digest = value === null ? '' : await hashText(value);
      if (digest === (mirrored[key] ?? '')) continue;
      if (value === null) await kv.delete(key);
      else await kv.put(key, value);
      mirrored[key] = digest;
    }
  } finally {
    facts.set('mirrored', mirrored);
  }
}
