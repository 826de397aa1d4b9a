import { EventSampling } from './event-sampling.ts';
import { LeaseBook } from './lease.ts';
import { ReputationCache } from './reputation-cache.ts';
import { AuditTrail } from './control/audit-trail.ts';
import { KeyRing } from './control/key-ring.ts';
import { SignInLimit } from './control/sign-in-limit.ts';
import { SnapshotLoader } from './snapshot-loader.ts';
import { Telemetry } from './telemetry.ts';

/** All that one isolate keeps between requests. Plain data only: an I/O object of one request must not serve another. */
export class Isolate {
  readonly loader = new SnapshotLoader();
  readonly leases = new LeaseBook();
  readonly reputations = new ReputationCache();
  readonly telemetry = new Telemetry();
  readonly sampling = new EventSampling();
  readonly signIns = new SignInLimit();
  readonly keyRing = new KeyRing();
  readonly trail = new AuditTrail();
}
