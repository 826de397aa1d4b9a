/** One line of JSON for the log of a fault: what failed, where, and why. Clients never see it; they get `faultId`. */
export interface FaultLine {
  readonly level: 'error';
  readonly faultId: string;
  /** Class and name of the actor. */
  readonly actor: string;
  readonly name: string;
  /** The method, hook or job that failed. */
  readonly during: string;
  readonly error: string;
  readonly stack?: string;
  /** The messages of `error.cause`, outermost first. */
  readonly causes?: readonly string[];
}

/** A cause that causes itself would loop; deeper chains tell a reader nothing more. */
const CAUSE_DEPTH = 5;

/** Thrown over RPC in place of what really happened: its message holds the id under which the log has the rest. */
export class ActorFault extends Error {
  override readonly name = 'ActorFault';
  readonly faultId: string;

  constructor(faultId: string) {
    super(`internal fault ${faultId}`);
    this.faultId = faultId;
    // The stack would cross the RPC boundary with the error.
    this.stack = `${this.name}: ${this.message}`;
  }
}

export function describeFault(
  error: unknown,
  where: { readonly actor: string; readonly name: string; readonly during: string; readonly faultId: string },
): FaultLine {
  const causes: string[] = [];
  let cause = error instanceof Error ? error.cause : undefined;
  while (cause !== undefined && cause !== null && causes.length < CAUSE_DEPTH) {
    causes.push(messageOf(cause));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return {
    level: 'error',
    ...where,
    error: messageOf(error),
    ...(error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {}),
    ...(causes.length > 0 ? { causes } : {}),
  };
}

function messageOf(error: unknown): string {
  if (error instanceof Error) return `${error.name}: ${error.message}`;
  return typeof error === 'string' ? error : `thrown ${typeof error}`;
}
