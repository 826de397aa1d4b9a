import { buildDashboard, bundleWorker } from '../../../scripts/local/bundle.ts';
import { startShield, type LocalShield, type LocalShieldOptions } from '../../../scripts/local/shield.ts';
import { AdminClient } from './admin-client.ts';

export const ADMIN_KEY = 'system-test-admin-key-0123456789abcdef';

export type TestShield = LocalShield & {
  readonly admin: AdminClient;
  /** What the Worker logged as errors: empty when all went well. */
  readonly errors: readonly string[];
};

let shipped: Promise<string> | null = null;

/** The shipped Worker, built once, on a free port in front of `origin`. */
export async function startTestShield(origin: string, options: Partial<LocalShieldOptions> = {}): Promise<TestShield> {
  shipped ??= buildDashboard().then(() => bundleWorker());
  const errors: string[] = [];
  const shield = await startShield({
    script: await shipped,
    onLog: (level, message) => {
      if (level === 'error') errors.push(message);
    },
    ...options,
    // Nobody listens there: a test whose feeds matter names a server of its own, and no test asks the publishers.
    bindings: { ADMIN_API_KEY: ADMIN_KEY, ORIGIN_URL: origin, FEED_MIRROR: 'http://127.0.0.1:9', ...options.bindings },
  });
  return { ...shield, admin: new AdminClient(shield.url, ADMIN_KEY), errors };
}
