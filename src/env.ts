import type {
  BusRpc,
  EnforcementRpc,
  GuardianRpc,
  IntelligenceRpc,
  RegistryRpc,
  ReputationRpc,
} from './actors/contracts.ts';

/** A Durable Object namespace, narrowed to what its actor promises. */
export interface ActorNamespace<Rpc> {
  getByName(name: string): Rpc & { fetch(request: Request): Promise<Response> };
}

export interface Env {
  readonly RATE_GUARDIAN: ActorNamespace<GuardianRpc>;
  readonly REPUTATION: ActorNamespace<ReputationRpc>;
  readonly REGISTRY: ActorNamespace<RegistryRpc>;
  readonly THREAT_BUS: ActorNamespace<BusRpc>;
  readonly ENFORCEMENT: ActorNamespace<EnforcementRpc>;
  /** The collector's entrypoint: of this Worker, or of one deployed alone. */
  readonly INTELLIGENCE_COLLECTOR: IntelligenceRpc;
  readonly WAF_RULES: KVNamespace;
  readonly ENFORCEMENT_DATA: KVNamespace;
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
  /** `true`: everybody may see the map of what happens, without addresses, paths and payloads. */
  readonly PUBLIC_THREAT_MAP?: string;
  /** `off`, `plan` or `apply`; absent: `apply` with a token, else `plan`. */
  readonly ENFORCEMENT_MODE?: string;
  readonly ENFORCEMENT_INTERVAL_SECONDS?: string;
  /** `on`: create the custom rules that use the lists. */
  readonly ENFORCEMENT_RULES?: string;
  /** A secret. */
  readonly CF_API_TOKEN?: string;
  readonly CF_ACCOUNT_ID?: string;
  readonly CF_ZONE_ID?: string;
  /** `free`, `pro`, `business` or `enterprise`: how many lists and items the account may have. */
  readonly CF_PLAN?: string;
  /** For local runs; absent: Cloudflare's own. */
  readonly CF_API_BASE_URL?: string;
  readonly WEBHOOK_URL?: string;
  /** A secret, `whsec_` and base64 (Standard Webhooks). */
  readonly WEBHOOK_SECRET?: string;
  /** `true`: feeds and webhooks may go to http and private addresses, for local runs. */
  readonly FEED_ALLOW_HTTP?: string;
}

/** What the collector needs: it may run as a Worker of its own, where the rest of the shield is not. */
export interface CollectorEnv {
  readonly COLLECTOR: ActorNamespace<IntelligenceRpc>;
  readonly ENFORCEMENT?: ActorNamespace<EnforcementRpc>;
  readonly THREAT_BUS?: ActorNamespace<BusRpc>;
  /** Told to feed hosts in the User-Agent: who to write to. */
  readonly FEED_CONTACT?: string;
  /** `true`: http and private addresses are allowed, for local runs. */
  readonly FEED_ALLOW_HTTP?: string;
  /** A mirror to fetch from: `https://example.org/list` is asked of `<mirror>/example.org/list`. */
  readonly FEED_MIRROR?: string;
}

/** The registry, the bus, the collector and the enforcement engine are one of a kind. */
export const SINGLETON = 'main';
