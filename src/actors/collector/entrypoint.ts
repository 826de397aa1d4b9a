import { WorkerEntrypoint } from 'cloudflare:workers';
import type { CollectorEnv } from '../../env.ts';

export class IntelligenceCollector extends WorkerEntrypoint<CollectorEnv> {}
