import { cloudflareTest } from '@cloudflare/vitest-pool-workers';
import { defineConfig } from 'vitest/config';
import { startFeedServer } from './test/support/node/feeds/feed-server.ts';
import { startOutside } from './test/support/node/outside.ts';

/** Settings of the shield under test; ADMIN_API_KEY is a secret in production, a plain test value here. */
const bindings = { ADMIN_API_KEY: 'test-admin-key-0123456789abcdef', ORIGIN_URL: '' };

/** An account at Cloudflare and a receiver of webhooks, for the tests of actors: at the edge nobody writes lists. */
const outside = await startOutside();

/** A site to protect, as a Worker of its own beside the shield. */
const origin = {
  name: 'origin',
  modules: true,
  scriptPath: './test/support/workerd/origin.js',
  compatibilityDate: '2026-10-01',
};

/**
 * Tests in workerd. All that their collector can reach is a feed server of the project's own, where nothing is served that no test has set: it
 * wakes in every test that has a registry, and must never ask the publishers.
 */
const workerd = async (
  name: string,
  tests: { readonly include: string[]; readonly exclude?: string[] },
  more: Readonly<Record<string, string>> = {},
) => {
  const feeds = await startFeedServer({ folder: null, control: true, hold: false });
  const settings = { ...bindings, FEED_MIRROR: feeds.url, ...more };
  return {
    plugins: [
      cloudflareTest({
        wrangler: { configPath: './wrangler.toml' },
        miniflare: { bindings: settings, serviceBindings: { ORIGIN: 'origin' }, workers: [origin] },
      }),
    ],
    test: { name, ...tests, testTimeout: 20_000 },
  };
};

const ENFORCEMENT = 'test/actors/enforcement/**/*.test.ts';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 60_000 } },
      await workerd('actors', { include: ['test/actors/**/*.test.ts'], exclude: [ENFORCEMENT] }),
      await workerd('enforcement', { include: [ENFORCEMENT] }, outside.bindings),
      await workerd('edge', { include: ['test/edge/**/*.test.ts'] }),
      {
        test: {
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // What a page shows it shows in a moment, but not at a moment's notice on a machine that runs everything else beside it.
          expect: { poll: { timeout: 20_000 } },
          fileParallelism: false,
        },
      },
    ],
  },
});
