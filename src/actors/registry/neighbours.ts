/**
 * Starts what nobody else would: the collector and the enforcement engine work by alarms alone, and somebody must call them a
 * first time. Told again now and then, since an alarm that was lost would never ring.
 */
export class Neighbours {
  readonly #calls: readonly (() => Promise<void>)[];
  readonly #report: (during: string, error: unknown) => string;
  #hasFailed = false;

  constructor(calls: readonly (() => Promise<void>)[], report: (during: string, error: unknown) => string) {
    this.#calls = calls;
    this.#report = report;
  }

  /** Never rejects: the registry can do without them. A failure is logged once in the life of the instance. */
  async wake(): Promise<void> {
    // A binding that is absent throws before there is a promise.
    const called = await Promise.allSettled(this.#calls.map(async (call) => call()));
    const failed = called.find((call) => call.status === 'rejected');
    if (failed === undefined || this.#hasFailed) return;
    this.#hasFailed = true;
    this.#report('wake the collector and the enforcement engine', failed.reason);
  }
}
