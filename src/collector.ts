/** The collector as a Worker of its own: see `wrangler.collector.toml`. It has no page; other Workers reach it by a service binding. */
export { Collector } from './actors/collector/actor.ts';
export { IntelligenceCollector } from './actors/collector/entrypoint.ts';

export default {
  fetch: () => new Response('This Worker is reached by a service binding only.\n', { status: 404 }),
};
