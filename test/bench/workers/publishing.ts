/**
 * The shield with a back door for the bench: `POST /__publish` hands its body to the threat bus as an isolate hands on what it has seen;
 * `POST /__nothing` takes the same body and does nothing with it, which tells what the way here and the reading of it cost.
 */
import shield from '../../../src/index.ts';
import type { TelemetryBatch } from '../../../src/actors/contracts.ts';
import { SINGLETON, type Env } from '../../../src/env.ts';

export * from '../../../src/index.ts';

export default {
  async fetch(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname !== '/__publish' && pathname !== '/__nothing') return shield.fetch(request, env, ctx);
    const batch = await request.json<TelemetryBatch>();
    if (pathname === '/__publish') await env.THREAT_BUS.getByName(SINGLETON).publish(batch);
    return new Response(null, { status: 204 });
  },
};
