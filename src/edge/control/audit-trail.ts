import type { AuditFacts, AuditNote } from '../../actors/contracts.ts';
import type { Actors } from '../actors.ts';
import { STRANGER } from '../api-key.ts';
import type { ControlBindings, Operation } from './operation.ts';
import type { Operator } from './operator.ts';

/** Notes that wait for a registry that does not answer; there, hardly anything can be changed either. */
const CAPACITY = 100;

/** Wrong keys that an isolate notes in an hour: the log keeps no more of them, and guessing must not cost the registry a call each. */
const STRANGERS = 60;
const STRANGERS_WINDOW_MS = 3_600_000;

/** What an operation changed. Facts in short, and never a secret: ids, hashes, names, ranges, numbers. */
export interface Change {
  /** Absent: the operation's own id. For one that does, by what its body says, the work of another. */
  readonly operation?: string;
  /** Absent: the operation's parameters. */
  readonly target?: string;
  readonly before?: AuditFacts | null;
  readonly after?: AuditFacts | null;
}

/** Brings notes to the audit log. What the registry does not take is kept here and goes with the next. */
export class AuditTrail {
  #notes: AuditNote[] = [];
  /** Times of the latest wrong keys noted. */
  #strangers: number[] = [];

  get waiting(): boolean {
    return this.#notes.length > 0;
  }

  async write(note: AuditNote, actors: Actors): Promise<void> {
    this.#notes.push(note);
    if (await this.flush(actors)) return;
    // Should this isolate end before the registry is back, the Worker's log is the only place that has it.
    console.error('control plane: the audit log did not take a note', JSON.stringify(note));
  }

  /** True when one more wrong key is worth a note; counts it. */
  takesStranger(now: number): boolean {
    this.#strangers = this.#strangers.filter((at) => at > now - STRANGERS_WINDOW_MS);
    if (this.#strangers.length >= STRANGERS) return false;
    this.#strangers.push(now);
    return true;
  }

  /** Sends what waits; false when the registry did not take it. */
  async flush(actors: Actors): Promise<boolean> {
    const notes = this.#notes.splice(0);
    if (notes.length === 0) return true;
    const { ok } = await actors.record(notes);
    if (!ok) this.#notes = [...notes, ...this.#notes].slice(-CAPACITY);
    return ok;
  }
}

/** Runs an operation and notes what came of it, where it may change something. */
export async function recordWork(
  op: Operation,
  control: ControlBindings,
  params: Readonly<Record<string, string>>,
  work: (note: (change: Change | null) => void) => Promise<Response> | Response,
): Promise<Response> {
  let change: Change | null = {};
  const note = (told: Change | null): void => {
    change = told;
  };
  if (!mayChange(op) || control.proof.kind !== 'operator') return work(note);
  const { operator } = control.proof;
  const finish = async (status: number): Promise<void> => {
    // A refusal changed nothing; a fault may have come after the deed.
    if (change === null || (status >= 400 && status < 500)) return;
    const outcome = status >= 500 ? 'unclear' : 'done';
    const done = change.operation ?? op.id;
    await control.trail.write(writeNote(done, operator, control, params, { ...change, outcome }), control.actors);
  };
  try {
    const response = await work(note);
    await finish(response.status);
    return response;
  } catch (error) {
    await finish(500);
    throw error;
  }
}

/** Notes that an operator's key did not allow an operation; answers the refusal. */
export async function recordRefusal(
  op: Operation,
  control: ControlBindings,
  params: Readonly<Record<string, string>>,
  refusal: Response,
): Promise<Response> {
  if (control.proof.kind === 'operator') {
    const note = writeNote(op.id, control.proof.operator, control, params, { outcome: 'refused' });
    await control.trail.write(note, control.actors);
  }
  return refusal;
}

export async function recordSignIn(operator: Operator, control: ControlBindings, expires: number): Promise<void> {
  const after = { scopes: operator.scopes, expires_at: new Date(expires).toISOString() };
  await control.trail.write(writeNote('signIn', operator, control, {}, { after, outcome: 'done' }), control.actors);
}

/** Notes a wrong key, at whatever door: whose it was nobody knows. `lockedMs`: for how long its address is now locked out. */
export async function recordWrongKey({ requestId, client, trail, actors }: ControlBindings, lockedMs: number) {
  const at = Date.now();
  if (!trail.takesStranger(at)) return;
  const stranger = { who: STRANGER, name: '', via: 'key', client, operation: 'signIn', target: '' } as const;
  const after = lockedMs > 0 ? { locked_out_s: Math.ceil(lockedMs / 1000) } : null;
  await trail.write({ ...stranger, id: requestId, at, before: null, after, outcome: 'refused' }, actors);
}

/** Whatever wants more than to read, and no GET. */
function mayChange({ method, scope }: Operation): boolean {
  return method !== 'get' && scope !== null && scope !== 'read';
}

function writeNote(
  operation: string,
  { key, by }: Operator,
  { requestId, client }: ControlBindings,
  params: Readonly<Record<string, string>>,
  { target, before, after, outcome }: Change & Pick<AuditNote, 'outcome'>,
): AuditNote {
  return {
    id: requestId,
    at: Date.now(),
    who: key?.id ?? 'bootstrap',
    name: key?.name ?? '',
    via: by,
    client,
    operation,
    target: target ?? Object.values(params).join(' '),
    before: before ?? null,
    after: after ?? null,
    outcome,
  };
}
