/**
 * What the shield is measured against: a Worker that hands each request to the same origin and does nothing else. It bundles the
 * actors too, so that both Workers are loaded with the same bindings.
 */
export { RateGuardian, Registry, ReputationActor, ThreatBus } from '../../../src/index.ts';

export default {
  fetch(request: Request, env: { readonly ORIGIN_URL: string }): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    return fetch(new Request(env.ORIGIN_URL + pathname + search, request));
  },
};
