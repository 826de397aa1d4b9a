/**
 * The shield with its till open: the same Worker and the same actors, which count the calls they make and the rows they write.
 * `GET /__counts` tells and starts anew. Worker and actors share an isolate on a local workerd, hence plain variables.
 */
import shield, * as shipped from '../../../src/index.ts';
import type { Env } from '../../../src/env.ts';

const NAMESPACES = ['RATE_GUARDIAN', 'REPUTATION', 'REGISTRY', 'THREAT_BUS'] as const;

let calls: Record<string, number> = {};
let rows: Record<string, number> = {};

const counted = new WeakMap<object, Env>();

/** The bindings, with namespaces whose stubs count every call on them. */
function countCalls(env: Env): Env {
  const known = counted.get(env);
  if (known !== undefined) return known;
  const wrapped: Record<string, unknown> = { ...env };
  for (const name of NAMESPACES) wrapped[name] = countNamespace(name, env[name]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same bindings, some of them wrapped
  const result = wrapped as unknown as Env;
  counted.set(env, result);
  return result;
}

function countNamespace(name: string, namespace: { getByName(name: string): object }): object {
  return {
    getByName: (actor: string) =>
      new Proxy(namespace.getByName(actor), {
        get(stub, method) {
          // Bound to the stub itself: RPC methods refuse another `this`.
          const member: unknown = Reflect.get(stub, method, stub);
          if (typeof member !== 'function') return member;
          return (...args: unknown[]) => {
            const key = `${name}.${String(method)}`;
            calls[key] = (calls[key] ?? 0) + 1;
            return Reflect.apply(member, stub, args);
          };
        },
      }),
  };
}

function addRows(actor: string, count: number): void {
  rows[actor] = (rows[actor] ?? 0) + count;
}

/** Counts what SQLite itself says it wrote; an alarm and a key-value write are a row each on the bill. */
function countRows(actor: string, ctx: DurableObjectState): void {
  const { sql } = ctx.storage;
  const exec = sql.exec.bind(sql);
  Object.defineProperty(sql, 'exec', {
    value: (query: string, ...bindings: unknown[]) => {
      const cursor = exec(query, ...bindings);
      addRows(actor, cursor.rowsWritten);
      return cursor;
    },
  });
  for (const method of ['setAlarm', 'put'] as const) {
    const original: (...args: never[]) => unknown = ctx.storage[method].bind(ctx.storage);
    Object.defineProperty(ctx.storage, method, {
      value: (...args: never[]) => {
        addRows(actor, 1);
        return original(...args);
      },
    });
  }
}

type ActorClass = new (ctx: DurableObjectState, env: Env) => object;

function count<C extends ActorClass>(name: string, Actor: C): C {
  // A class that extends a type parameter must take any arguments (TypeScript 2545).
  const Base: ActorClass = Actor;
  const Counted = class extends Base {
    constructor(ctx: DurableObjectState, env: Env) {
      countRows(name, ctx);
      super(ctx, countCalls(env));
    }
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a subclass that adds no member
  return Counted as unknown as C;
}

export const RateGuardian = count('RateGuardian', shipped.RateGuardian);
export const ReputationActor = count('ReputationActor', shipped.ReputationActor);
export const Registry = count('Registry', shipped.Registry);
export const ThreatBus = count('ThreatBus', shipped.ThreatBus);

export default {
  async fetch(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
    if (new URL(request.url).pathname !== '/__counts') return shield.fetch(request, countCalls(env), ctx);
    const told = Response.json({ calls, rows });
    calls = {};
    rows = {};
    return told;
  },
};
