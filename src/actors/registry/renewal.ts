import { parseModel } from '../../../model/schema.ts';
import { bundledRelease } from '../../edge/bundled.ts';
import { rulesetHashes } from '../../edge/ruleset-names.ts';
import { parsePreparedRuleset } from '../../edge/waf/prepared-ruleset.ts';
import type { Env } from '../../env.ts';
import type { PublishRequest, PublishResult } from '../contracts.ts';
import type { ReleaseStore } from './release-store.ts';

/** The desk for releases, narrowed. */
interface Desk {
  body(hash: string): string | null;
  publishOwn(request: PublishRequest): Promise<PublishResult>;
}

/** After a deploy: releases that an earlier version made and this one could not load are made anew. */
export class Renewal {
  readonly #env: Env;
  readonly #releases: ReleaseStore;
  readonly #desk: Desk;
  readonly #complain: (reason: string) => void;
  /** Rulesets and models in force, by hash, of which it was seen that this version can load them. */
  readonly #looked = new Set<string>();

  constructor(env: Env, releases: ReleaseStore, desk: Desk, complain: (reason: string) => void) {
    this.#env = env;
    this.#releases = releases;
    this.#desk = desk;
    this.#complain = complain;
  }

  async run(): Promise<void> {
    for (const [ruleset, hash] of rulesetHashes(this.#releases.head)) await this.#prepareAnew(ruleset, hash);
    await this.#replaceModel();
  }

  /** A ruleset that another version of the shield prepared is released anew: isolates of this version could not load it. */
  async #prepareAnew(ruleset: string, hash: string): Promise<void> {
    if (this.#looked.has(hash)) return;
    const body = this.#desk.body(hash);
    if (body !== null && !parsePreparedRuleset(JSON.parse(body)).ok) {
      const author = { author: 'registry', note: 'prepared for this version' };
      const result = await this.#desk.publishOwn({ kind: 'ruleset', ruleset, body, ...author });
      this.#tell(`ruleset ${ruleset} cannot be prepared`, result);
    }
    this.#looked.add(hash);
  }

  /** A model that was trained for another version's inputs: isolates could load nothing of a head that names it. */
  async #replaceModel(): Promise<void> {
    const hash = this.#releases.head.hashes.model;
    if (hash === undefined || this.#looked.has(hash)) return;
    const body = this.#desk.body(hash);
    if (body !== null && !parseModel(JSON.parse(body)).ok) {
      const bundled = JSON.stringify(bundledRelease('model', this.#env));
      const note = 'the model in force was trained for another version: the bundled one takes its place';
      const result = await this.#desk.publishOwn({ kind: 'model', body: bundled, author: 'registry', note });
      this.#tell('the model in force cannot be replaced', result);
    }
    this.#looked.add(hash);
  }

  #tell(what: string, result: PublishResult): void {
    if (!result.ok) this.#complain(`${what}: ${result.problems[0]?.message ?? ''}`);
  }
}
