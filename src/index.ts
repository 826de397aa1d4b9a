/** The composition root: the Worker and the actors that its bindings name. */
import { createShield } from './edge/shield.ts';

export { Collector } from './actors/collector/actor.ts';
export { EnforcementEngine } from './actors/enforcement/actor.ts';
export { IntelligenceCollector } from './actors/collector/entrypoint.ts';
export { RateGuardian } from './actors/guardian/actor.ts';
export { Registry } from './actors/registry/actor.ts';
export { ReputationActor } from './actors/reputation/actor.ts';
export { ThreatBus } from './actors/bus/actor.ts';

export default createShield();
