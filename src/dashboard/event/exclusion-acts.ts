import type { Exclusion } from '../../edge/exclusions/schema.ts';
import type { Answer } from '../control/answer.ts';
import { ask, order } from '../control/ask.ts';
import type { Published } from '../releases/published.ts';
import { publishPolicy } from '../releases/publish-policy.ts';

/** What `POST /admin/exclusions/preview` answers, as far as it is shown. */
export interface Preview {
  /** Recent events that were looked at. */
  readonly events: number;
  /** When the oldest of them was, Unix milliseconds; null: there are none. */
  readonly since: number | null;
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

/** An exclusion of the policy in force, as `GET /admin/exclusions` lists it. */
export interface ListedExclusion {
  readonly exclusion: Exclusion;
  /** `idle`: no rule in force is meant by it. */
  readonly state: 'active' | 'expired' | 'idle';
  /** Requests from which it kept a match away. */
  readonly hits: number;
  /** The last of them, Unix milliseconds. */
  readonly last: number | null;
}

type Listing = Exclusion & {
  readonly state: ListedExclusion['state'];
  readonly rules_in_force: Readonly<Record<string, number>>;
  readonly hits: number;
  readonly last_hit: string | null;
};

/** What an exclusion would have done to recent events. Publishes nothing. */
export function previewExclusion(exclusion: Exclusion): Promise<Answer<Preview>> {
  return order<Preview>('/admin/exclusions/preview', { exclusion });
}

/** The exclusions of the policy in force, in its order. */
export async function listExclusions(): Promise<Answer<readonly ListedExclusion[]>> {
  const answer = await ask<{ readonly exclusions: readonly Listing[] }>('/admin/exclusions');
  if (answer.kind !== 'ok') return answer;
  const value = answer.value.exclusions.map(
    ({ state, rules_in_force: _inForce, hits, last_hit: last, ...exclusion }): ListedExclusion => ({
      exclusion,
      state,
      hits,
      last: last === null ? null : Date.parse(last),
    }),
  );
  return { kind: 'ok', value };
}

/** What a release's note says of an exclusion, so that its history can be found by it. */
export function noteMark({ id }: Pick<Exclusion, 'id'>): string {
  return `(${id})`;
}

/** Puts an exclusion in force, beside all others; its reason is the release's note. */
export function publishExclusion(exclusion: Exclusion): Promise<Answer<Published>> {
  // The mark is not to be cut off a long reason.
  const note = `${exclusion.reason.trim().slice(0, 120)} ${noteMark(exclusion)}`;
  return changeExclusions((exclusions) => [...exclusions, exclusion], note);
}

/** Others may have changed the policy meanwhile: this exclusion alone is taken out again. */
export function withdrawExclusion({ id }: Pick<Exclusion, 'id'>): Promise<Answer<Published>> {
  return changeExclusions((exclusions) => exclusions.filter((one) => one.id !== id), `taken back: ${id}`);
}

function changeExclusions(
  change: (exclusions: readonly Exclusion[]) => Exclusion[],
  note: string,
): Promise<Answer<Published>> {
  return publishPolicy((policy) => ({ ...policy, exclusions: change(policy.exclusions ?? []) }), note);
}
