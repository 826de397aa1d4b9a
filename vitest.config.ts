import { cloudflareTest } from '@cloudflare/vitest-pool-workers';
import { defineConfig } from 'vitest/config';
import { startFeedServer } from './test/support/node/feeds/feed-server.ts';
import { startOutside } from './test/support/node/outside.ts';

/**
 * All that the workerd tests' collector can reach: it wakes in every test that has a registry, and must never ask the publishers. Nothing
 * is served that no test has set.
 */
const feeds = await startFeedServer({ folder: null, control: true, hold: false });

/** Settings of the shield under test; ADMIN_API_KEY is a secret in production, a plain test value here. */
const bindings = { ADMIN_API_KEY: 'test-admin-key-0123456789abcdef', ORIGIN_URL: '', FEED_MIRROR: feeds.url };

/** An account at Cloudflare and a receiver of webhooks, for the tests of actors: at the edge nobody writes lists. */
const outside = await startOutside();

/** A site to protect, as a Worker of its own beside the shield. */
const origin = {
  name: 'origin',
  modules: true,
  scriptPath: './test/support/workerd/origin.js',
  compatibilityDate: '2026-10-01',
};

const workerd = (name: string, include: string, more: Readonly<Record<string, string>> = {}) => ({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: './wrangler.toml' },
      miniflare: { bindings: { ...bindings, ...more }, serviceBindings: { ORIGIN: 'origin' }, workers: [origin] },
    }),
  ],
  test: { name, include: [include], testTimeout: 20_000 },
});

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 60_000 } },
      workerd('actors', 'test/actors/**/*.test.ts', outside.bindings),
      workerd('edge', 'test/edge/**/*.test.ts'),
      { test: { name: 'system', include: ['test/system/**/*.test.ts'], testTimeout: 120_000, fileParallelism: false } },
    ],
  },
});
