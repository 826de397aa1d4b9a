import type { Policy } from '../../edge/policy.ts';
import type { Exclusion } from '../../edge/exclusions/schema.ts';
import type { Answer } from '../control/answer.ts';
import { askOnce, order } from '../control/ask.ts';

/** What `POST /admin/exclusions/preview` answers, as far as it is shown. */
export interface Preview {
  /** Recent events that were looked at. */
  readonly events: number;
  readonly affected: number;
  readonly would_pass: number;
  /** Those affected, the newest first. */
  readonly changes: readonly {
    readonly n: number;
    readonly ip: string;
    readonly method: string;
    readonly path: string;
    readonly outcome: string;
    readonly after: string;
  }[];
}

/** What an exclusion would have done to recent events. Publishes nothing. */
export function previewExclusion(exclusion: Exclusion): Promise<Answer<Preview>> {
  return order<Preview>('/admin/exclusions/preview', { exclusion });
}

/** Puts an exclusion in force, beside all others. */
export function publishExclusion(exclusion: Exclusion): Promise<Answer<unknown>> {
  return changeExclusions((exclusions) => [...exclusions, exclusion]);
}

/** Others may have changed the policy meanwhile: this exclusion alone is taken out again. */
export function withdrawExclusion({ id }: Exclusion): Promise<Answer<unknown>> {
  return changeExclusions((exclusions) => exclusions.filter((one) => one.id !== id));
}

async function changeExclusions(
  change: (exclusions: readonly Exclusion[]) => readonly Exclusion[],
): Promise<Answer<unknown>> {
  const now = await askOnce<{ policy: Policy }>('/admin/policy');
  if (now.kind !== 'ok') return now;
  const { policy } = now.value;
  return order('/admin/policy/reload', { ...policy, exclusions: change(policy.exclusions ?? []) });
}
