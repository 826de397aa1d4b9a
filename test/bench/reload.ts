import { setTimeout as sleep } from 'node:timers/promises';
import { browserHeaders, clientAddress } from '../../scripts/traffic/clients.ts';
import { quantile } from '../../scripts/traffic/quantile.ts';
import type { Ruleset } from '../../rules/schema.ts';
import { markerRule } from '../support/node/marker-rule.ts';
import type { AdminClient } from '../support/node/admin-client.ts';

const RELOADS = 5;
/** An active isolate: it sees a request this often. */
const PACE_MS = 10;
const PATIENCE_MS = 15_000;

/** Milliseconds from a publish to the first request that the new rule blocks, for some releases in a row. */
export async function measureReload(url: string, admin: AdminClient, tell: (line: string) => void) {
  const waits: number[] = [];
  for (let i = 1; i <= RELOADS; i++) {
    const marker = `benchmarker${i}x${Date.now()}`;
    const ruleset = await currentRules(admin);
    const path = `/search?q=${marker}`;
    const published = performance.now();
    await admin.post('/admin/rules/reload', {
      ...ruleset,
      version: `bench-${i}`,
      rules: [...ruleset.rules, markerRule(`bench-${String(i).padStart(3, '0')}`, marker)],
    });
    const answered = performance.now();
    while ((await visit(url, path, i)) !== 403) {
      if (performance.now() - published > PATIENCE_MS)
        throw new Error(`release ${i} was not in force after ${PATIENCE_MS} ms`);
      await sleep(PACE_MS);
    }
    waits.push(performance.now() - published);
    tell(
      `hot reload ${i}/${RELOADS}: published in ${(answered - published).toFixed(0)} ms, in force after ${waits.at(-1)?.toFixed(0)} ms`,
    );
  }
  return { medianMs: Math.round(quantile(waits, 0.5)), worstMs: Math.round(quantile(waits, 1)), releases: RELOADS };
}

async function currentRules(admin: AdminClient): Promise<Ruleset> {
  return (await admin.get<{ readonly ruleset: Ruleset }>('/admin/rules')).ruleset;
}

/** Other visitors each time, so that no reputation and no limit answers in the rule's place. */
async function visit(url: string, path: string, release: number): Promise<number> {
  const client = 60_000 + release * 1000 + Math.floor(Math.random() * 1000);
  const headers = { ...browserHeaders(client), 'cf-connecting-ip': clientAddress(client) };
  const response = await fetch(`${url}${path}`, { headers });
  await response.arrayBuffer();
  return response.status;
}
