import { env } from 'cloudflare:test';
import type {
  BusRpc,
  EnforcementRpc,
  GuardianRpc,
  IntelligenceRpc,
  RegistryRpc,
  ReputationRpc,
} from '../../../src/actors/contracts.ts';

/** The stub of one object: its RPC, and what `cloudflare:test` takes to evict it, ring its alarm or look inside. */
export type Stub<Rpc> = Rpc & DurableObjectStub;

/** `Env` narrows a namespace to the actor's promise; here the whole stub is wanted. */
function stubOf<Rpc>(namespace: unknown, name: string): Stub<Rpc> {
  const objects = namespace as { getByName(name: string): Stub<Rpc> };
  return objects.getByName(name);
}

export const registryOf = (name: string): Stub<RegistryRpc> => stubOf(env.REGISTRY, name);
export const busOf = (name: string): Stub<BusRpc> => stubOf(env.THREAT_BUS, name);
export const reputationOf = (name: string): Stub<ReputationRpc> => stubOf(env.REPUTATION, name);
export const guardianOf = (name: string): Stub<GuardianRpc> => stubOf(env.RATE_GUARDIAN, name);
/** Of the actor, not of the entrypoint: each name is a collector of its own. */
export const collectorOf = (name: string): Stub<IntelligenceRpc> =>
  stubOf((env as unknown as { COLLECTOR: unknown }).COLLECTOR, name);
/** Each name is an engine of its own; they all see the one collector, registry and account. */
export const enforcementOf = (name: string): Stub<EnforcementRpc> => stubOf(env.ENFORCEMENT, name);
