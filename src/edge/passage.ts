import type { Env } from '../env.ts';
import { Actors } from './actors.ts';
import { readConnection } from './connection.ts';
import type { Isolate } from './isolate.ts';
import type { NetworkFacts } from './network.ts';
import { targetOf } from './origin-url.ts';
import type { Route } from './policy.ts';
import { readAddress, type Address } from './reputation/client-key.ts';
import { findListed, type Listed } from './reputation/listed.ts';
import { matchRoute } from './route.ts';
import type { Snapshot } from './snapshot.ts';

/** One request on its way through the shield, with what was settled about it once and for all at the door. */
export interface Passage {
  readonly requestId: string;
  readonly request: Request;
  readonly url: URL;
  readonly env: Env;
  readonly isolate: Isolate;
  readonly actors: Actors;
  /** The one by which this request is judged, whatever is released meanwhile. */
  readonly snapshot: Snapshot;
  readonly facts: NetworkFacts;
  readonly address: Address;
  /** What threat feeds, and the shield's own evidence, say of the address. */
  readonly listed: Listed | null;
  readonly route: Route;
  /** Unix milliseconds of the arrival. */
  readonly now: number;
  /** Keeps work alive after the response. */
  readonly later: (work: Promise<unknown>) => void;
}

export function beginPassage(
  isolate: Isolate,
  request: Request,
  env: Env,
  ctx: ExecutionContext,
  requestId: string,
  now: number,
): Passage {
  const snapshot = isolate.loader.current(env);
  const facts = readConnection(request);
  const address = readAddress(facts.ip);
  const url = new URL(request.url);
  // As spelled: `pathname` would already have resolved what the route's own normalisation must see.
  const path = targetOf(request.url).split('?', 1)[0] ?? '/';
  return {
    requestId,
    request,
    url,
    env,
    isolate,
    actors: new Actors(env, (seq) => isolate.loader.hear(seq)),
    snapshot,
    facts,
    address,
    listed: findListed(snapshot, address, facts),
    route: matchRoute(snapshot.routes, url.host, path),
    now,
    later: (work) => ctx.waitUntil(work),
  };
}
