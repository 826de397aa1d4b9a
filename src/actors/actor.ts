import { Server, type Connection, type ConnectionContext, type WSMessage } from 'partyserver';
import type { Env } from '../env.ts';
import { ALARM_MIGRATIONS, Alarms } from './alarms.ts';
import { Database } from './database.ts';
import { ActorFault, describeFault } from './fault.ts';

/**
 * What every actor of this house has: a migrated database, many alarms, and errors that tell clients nothing but an id.
 *
 * Helpers are fields and not methods because every method on the prototype can be called over RPC, and fields cannot. For
 * the same reason subclasses keep what is theirs in `#private` members. State is set up in the constructor: a plain RPC
 * call does not run partyserver's `onStart`.
 */
export abstract class Actor<E = Env> extends Server<Env> {
  static override options = { hibernate: true };

  protected readonly db: Database;
  protected readonly alarms: Alarms;
  /** `env`, as far as this actor may count on it: partyserver types that as the whole shield's, and an actor may be deployed without the rest. */
  protected readonly bindings: E;

  /** `migrations`: SQL scripts in order, see `Database`; an actor without tables of its own passes none. */
  constructor(ctx: DurableObjectState, env: E, migrations: readonly string[] = []) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    super(ctx, env as unknown as Env);
    this.bindings = env;
    this.db = new Database(ctx.storage, { alarms: ALARM_MIGRATIONS, actor: migrations });
    this.alarms = new Alarms(ctx.storage, this.db, (job, error) => this.logFault(`job ${job}`, error));
    this.#guardHooks();
  }

  /** Logs a fault with its cause as one line of JSON; answers the id that a client may see. */
  protected readonly logFault = (during: string, error: unknown): string => {
    const faultId = crypto.randomUUID();
    const actor = this.constructor.name;
    console.error(JSON.stringify(describeFault(error, { actor, name: this.name, during, faultId })));
    return faultId;
  };

  /** The body of an RPC method: what it throws is logged here and reaches the caller as a bare `ActorFault`. */
  protected readonly answer = async <T>(during: string, work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw new ActorFault(this.logFault(during, error));
    }
  };

  /** Deletes everything the actor has stored, its alarm too. The actor may go on and store anew. */
  protected readonly erase = async (): Promise<void> => {
    const erased = this.db.erase();
    this.alarms.forget();
    await erased;
  };

  /**
   * In place of partyserver's: that one first writes a row with the object's name, which would keep an actor that wants
   * to be empty from it, and hides whether the alarm is a repetition.
   */
  override async alarm(info?: AlarmInvocationInfo): Promise<void> {
    await this.alarms.run(Date.now(), info?.isRetry === true);
  }

  override onError(_connection: Connection, error: unknown): void {
    this.logFault('webSocketError', error);
  }

  /**
   * Puts a net under each hook a subclass implements. partyserver answers what `onRequest` and `onConnect` throw with the
   * stack trace, and lets what `onMessage` rejects with escape.
   */
  #guardHooks(): void {
    const onRequest = this.onRequest.bind(this);
    this.onRequest = async (request: Request) => {
      try {
        return await onRequest(request);
      } catch (error) {
        return faultResponse(this.logFault('onRequest', error));
      }
    };
    const onConnect = this.onConnect.bind(this);
    this.onConnect = async (connection: Connection, context: ConnectionContext) => {
      try {
        await onConnect(connection, context);
      } catch (error) {
        connection.close(1011, `internal fault ${this.logFault('onConnect', error)}`);
      }
    };
    const onMessage = this.onMessage.bind(this);
    this.onMessage = async (connection: Connection, message: WSMessage) => {
      try {
        await onMessage(connection, message);
      } catch (error) {
        connection.close(1011, `internal fault ${this.logFault('onMessage', error)}`);
      }
    };
  }
}

/** RFC 9457, with nothing in it but the id under which the log has the rest. */
function faultResponse(faultId: string): Response {
  const problem = { type: 'about:blank', title: 'Internal Server Error', status: 500, faultId };
  const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' };
  return new Response(JSON.stringify(problem), { status: 500, headers });
}
