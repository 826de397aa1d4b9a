import { beforeDeadline } from '../../before-deadline.ts';

/** The promise's value, or an error when it has not come within `ms`: whoever does not answer must not hold up a run. */
export function withDeadline<T>(promise: Promise<T>, ms: number): Promise<T> {
  return beforeDeadline(promise, ms, () => {
    throw new Error(`no answer within ${ms} ms`);
  });
}

/**
 * A reply over the service binding. What an entrypoint passes on from an object keeps this object, and the one that answered, in memory
 * until it is disposed of or collected as garbage; the data in it is ours to keep.
 */
export async function takeReply<T>(call: Promise<T>, ms: number): Promise<T> {
  const reply = await withDeadline(call, ms);
  if (isDisposable(reply)) reply[Symbol.dispose]();
  return reply;
}

function isDisposable(reply: unknown): reply is Disposable {
  return typeof reply === 'object' && reply !== null && Symbol.dispose in reply;
}
