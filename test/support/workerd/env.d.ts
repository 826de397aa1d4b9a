/// <reference types="@cloudflare/vitest-pool-workers/types" />
import type { Env as ShieldEnv } from '../../../src/env.ts';

declare global {
  namespace Cloudflare {
    /** What `env` of `cloudflare:test` holds: the bindings of wrangler.toml. */
    interface Env extends ShieldEnv {}
  }
}
