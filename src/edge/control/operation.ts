import type * as v from 'valibot';
import type { Env } from '../../env.ts';
import type { Actors } from '../actors.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Scope } from '../scopes.ts';
import type { AuditTrail, Change } from './audit-trail.ts';
import type { KeyRing } from './key-ring.ts';
import type { Proof } from './operator.ts';
import type { SignInLimit } from './sign-in-limit.ts';

/** What the shield hands to the control plane along with a request. */
export interface ControlBindings {
  readonly env: Env;
  readonly actors: Actors;
  readonly snapshot: Snapshot;
  readonly requestId: string;
  /** Client key, for the count of failed sign-ins. */
  readonly client: string;
  readonly signIns: SignInLimit;
  readonly keyRing: KeyRing;
  readonly trail: AuditTrail;
  readonly proof: Proof;
  /** Brings this isolate's snapshot up to the registry's head at once, and answers it. */
  readonly refresh: () => Promise<Snapshot>;
}

/** Who may call: everybody, or only an operator (a key or a session). */
export type Access = 'public' | 'operator';

/**
 * What an operator's key must allow. A GET wants `read` unless it says otherwise; whatever may change something must say. Null:
 * any key will do.
 */
type Admission =
  | { readonly access: 'public'; readonly scope?: never }
  | { readonly access: 'operator'; readonly method: 'get'; readonly scope?: Scope | null }
  | { readonly access: 'operator'; readonly method: Exclude<Operation['method'], 'get'>; readonly scope: Scope | null };

interface ResponseDoc {
  readonly description: string;
  readonly schema?: v.GenericSchema;
  readonly mediaType?: string;
}

/** One request to an operation, its inputs already validated. */
export interface Call<Params, Query, Body> extends ControlBindings {
  readonly request: Request;
  readonly url: URL;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The body as it came; empty when the operation takes none. */
  readonly text: string;
  /** Who stands beside a release as its author. */
  readonly author: string;
  /** Tells the audit log what was changed, or (null) that nothing was. Of an operation that tells nothing, its name and parameters are noted. */
  readonly note: (change: Change | null) => void;
}

/** An operation of the control plane: what serves it, what validates it and what documents it, in one place. */
export interface Operation {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** As OpenAPI writes it: `/admin/blocklist/{ip}`. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly tag: string;
  readonly access: Access;
  /** Null: any operator, or of a public operation anybody. */
  readonly scope: Scope | null;
  readonly params?: v.GenericSchema;
  readonly query?: v.GenericSchema;
  readonly body?: v.GenericSchema;
  /** The body need only be JSON here; the registry holds it against the schema: a ruleset takes long, and visitors wait for this isolate. */
  readonly unchecked?: true;
  /** Bytes of the largest body taken. */
  readonly bodyLimit?: number;
  readonly responses: Readonly<Record<number, ResponseDoc>>;
  handle(call: Call<unknown, unknown, unknown>): Promise<Response> | Response;
}

type Input<S> = S extends v.GenericSchema ? v.InferOutput<S> : undefined;

/** Declares an operation; the handler's inputs take their types from the schemas. */
export function operation<
  P extends v.GenericSchema | undefined = undefined,
  Q extends v.GenericSchema | undefined = undefined,
  B extends v.GenericSchema | undefined = undefined,
>(
  spec: Omit<Operation, 'access' | 'scope' | 'params' | 'query' | 'body' | 'handle'> &
    Admission & {
      readonly params?: P;
      readonly query?: Q;
      readonly body?: B;
      handle(call: Call<Input<P>, Input<Q>, Input<B>>): Promise<Response> | Response;
    },
): Operation {
  const { access, scope = access === 'operator' ? 'read' : null } = spec;
  // The door validates by these very schemas before it calls, so the narrower handler is safe to see as the wider one.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { ...spec, scope } as unknown as Operation;
}
