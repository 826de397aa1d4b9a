import { type Env, SINGLETON } from '../../env.ts';

/**
 * Starts what nobody else would: the collector and the enforcement engine work by alarms alone, and somebody must call them a
 * first time. Told again now and then, since an alarm that was lost would never ring.
 */
export class Neighbours {
  readonly #env: Env;
  readonly #report: (during: string, error: unknown) => string;
  #hasFailed = false;

  constructor(env: Env, report: (during: string, error: unknown) => string) {
    this.#env = env;
    this.#report = report;
  }

  /** Never rejects: the registry can do without them. A failure is logged once in the life of the instance. */
  async wake(): Promise<void> {
    const calls = await Promise.allSettled([
      settle(() => this.#env.INTELLIGENCE_COLLECTOR.wake()),
      settle(() => this.#env.ENFORCEMENT.getByName(SINGLETON).wake()),
    ]);
    const failed = calls.find((call) => call.status === 'rejected');
    if (failed === undefined || this.#hasFailed) return;
    this.#hasFailed = true;
    this.#report('wake the collector and the enforcement engine', failed.reason);
  }
}

/** A binding that is absent throws before there is a promise. */
async function settle(call: () => Promise<void>): Promise<void> {
  await call();
}
