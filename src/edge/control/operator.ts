import type { Scope } from '../scopes.ts';

/** Someone who has proven to be an operator, and what that allows. */
export interface Operator {
  readonly by: 'key' | 'session';
  /** Null: the bootstrap key, ADMIN_API_KEY. */
  readonly key: { readonly id: string; readonly name: string } | null;
  readonly scopes: readonly Scope[];
  /** Unix milliseconds at which the session or the key ends; null: the bootstrap key itself. */
  readonly until: number | null;
}

/**
 * What a request brings to prove an operator. `ended`: a genuine key, or a session of one, that was revoked or has expired.
 * `unavailable`: it may be genuine, but the registry, which knows, does not answer.
 */
export type Proof =
  | { readonly kind: 'operator'; readonly operator: Operator }
  | { readonly kind: 'none' | 'wrong' | 'ended' | 'unavailable' };

/** Who stands beside a release as its author: the key's name, or plainly the operator. */
export function authorOf(proof: Proof): string {
  return (proof.kind === 'operator' ? proof.operator.key?.name : undefined) ?? 'operator';
}
