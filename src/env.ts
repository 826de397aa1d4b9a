import type { BusRpc, GuardianRpc, RegistryRpc, ReputationRpc } from './actors/contracts.ts';

/** A Durable Object namespace, narrowed to what its actor promises. */
export interface ActorNamespace<Rpc> {
  getByName(name: string): Rpc & { fetch(request: Request): Promise<Response> };
}

export interface Env {
  readonly RATE_GUARDIAN: ActorNamespace<GuardianRpc>;
  readonly REPUTATION: ActorNamespace<ReputationRpc>;
  readonly REGISTRY: ActorNamespace<RegistryRpc>;
  readonly THREAT_BUS: ActorNamespace<BusRpc>;
  readonly WAF_RULES: KVNamespace;
  readonly ASSETS: Fetcher;
  readonly ORIGIN?: Fetcher;
  readonly ORIGIN_URL?: string;
  readonly CONTROL_HOST?: string;
  readonly ADMIN_API_KEY?: string;
  readonly THREAT_SCORE_BLOCK_THRESHOLD?: string;
  readonly THREAT_SCORE_CHALLENGE_THRESHOLD?: string;
  readonly RATE_LIMIT_MAX_REQUESTS?: string;
  readonly RATE_LIMIT_WINDOW_SECONDS?: string;
  readonly INSPECT_BODY_LIMIT?: string;
  readonly RESPONSE_HEADERS?: string;
}

/** The registry and the bus are one of a kind. */
export const SINGLETON = 'main';
