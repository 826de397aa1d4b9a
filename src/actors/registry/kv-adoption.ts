import { BUNDLED_RULESETS } from '../../edge/ruleset-names.ts';
import type { Problem } from '../../parse.ts';
import type { PublishResult, ReleaseKind } from '../contracts.ts';
import type { Database } from '../database.ts';
import { hashText } from './hash.ts';

export const KV_MIGRATION = `
CREATE TABLE adopted (key TEXT PRIMARY KEY, hash TEXT NOT NULL) WITHOUT ROWID;
`;

/** A key that an operator may write with `wrangler kv key put`. */
interface Key {
  readonly key: string;
  readonly kind: ReleaseKind;
  /** Of a ruleset: the name it is put in force under, whatever it calls itself. */
  readonly ruleset?: string;
}

/**
 * A ruleset's key is its name: the bundled ones, and those that were published. One that is new is published first; to find
 * it by listing the keys would cost a free plan more listings than it has.
 */
function listKeys(published: Iterable<string>): readonly Key[] {
  const names = new Set([...BUNDLED_RULESETS, ...published]);
  return [
    ...[...names].map((name): Key => ({ key: name, kind: 'ruleset', ruleset: name })),
    { key: 'model:mlp-v1', kind: 'model' },
  ];
}

/** The least that KV allows; by default a stale answer would be kept for a minute. */
const CACHE_SECONDS = 30;

/** Takes over what an operator put into the KV namespace, each value once: a rollback afterwards is not undone by it. */
export class KvAdoption {
  readonly #db: Database;
  readonly #kv: KVNamespace;

  constructor(db: Database, kv: KVNamespace) {
    this.#db = db;
    this.#kv = kv;
  }

  /**
   * Looks at every key, those of the `rulesets` in force among them, and hands values not seen before to `publish`. A value is marked as seen only afterwards, so a
   * crash in between looks at it again, and publishing twice changes nothing. `refused` hears of a bad value once.
   */
  async run(
    rulesets: Iterable<string>,
    publish: (key: Key, body: string) => Promise<PublishResult>,
    refused: (key: string, problems: readonly Problem[]) => void,
  ): Promise<void> {
    for (const entry of listKeys(rulesets)) {
      const { key } = entry;
      const body = await this.#kv.get(key, { type: 'text', cacheTtl: CACHE_SECONDS });
      if (body === null) continue;
      const hash = await hashText(body);
      if (this.#seen(key) === hash) continue;
      const result = await publish(entry, body);
      this.#db.exec(`INSERT OR REPLACE INTO adopted VALUES (?, ?)`, key, hash);
      if (!result.ok) refused(key, result.problems);
    }
  }

  #seen(key: string): string | undefined {
    return this.#db.exec<{ hash: string }>(`SELECT hash FROM adopted WHERE key = ?`, key).toArray()[0]?.hash;
  }
}
