import type * as v from 'valibot';
import type { Env } from '../../env.ts';
import type { Actors } from '../actors.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Proof } from './door.ts';
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
  readonly proof: Proof;
  /** Brings this isolate's snapshot up to the registry's head at once, and answers it. */
  readonly refresh: () => Promise<Snapshot>;
}

/** Who may call: everybody, or only an operator (admin key or session). */
export type Access = 'public' | 'operator';

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
  spec: Omit<Operation, 'params' | 'query' | 'body' | 'handle'> & {
    readonly params?: P;
    readonly query?: Q;
    readonly body?: B;
    handle(call: Call<Input<P>, Input<Q>, Input<B>>): Promise<Response> | Response;
  },
): Operation {
  // The door validates by these very schemas before it calls, so the narrower handler is safe to see as the wider one.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return spec as unknown as Operation;
}
