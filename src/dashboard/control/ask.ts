import { readAnswer, REFUSED, SILENT, type Answer } from './answer.ts';
import { isOver, sessionEnded, sessionNumber, signedInAgain } from './session.ts';

/** A question is answered from an actor's memory; a shield that takes longer is as good as gone, and is asked again soon. */
const PATIENCE_MS = 9000;
/** A ruleset can be megabytes. */
export const PATIENT_MS = 60_000;
/** A cycle collects for up to 25 s and then talks to Cloudflare; a ruleset of some hundred KB takes the registry seconds to prove. */
const ORDER_MS = 90_000;

/**
 * Asks for what `T` promises, taken at its word. `patienceMs`: after it nothing has answered. When the session has ended the question waits until somebody has signed in, and is asked
 * again: `refused` is what it gets if he signs out.
 */
export async function ask<T>(path: string, patienceMs = PATIENCE_MS): Promise<Answer<T>> {
  for (;;) {
    const session = sessionNumber();
    const answer = await askOnce<T>(path, patienceMs);
    if (answer.kind !== 'refused' || !(await signedInAgain(session))) return answer;
  }
}

/** Asks as a part of an order, which no sign-in may set going again. */
export function askOnce<T>(path: string, patienceMs = PATIENCE_MS): Promise<Answer<T>> {
  return call(path, {}, patienceMs);
}

/** Has something done. It is not done later by itself when the session has ended: who signs in then may be somebody else. */
export function order<T>(
  path: string,
  body?: unknown,
  method: 'POST' | 'PATCH' | 'DELETE' = 'POST',
): Promise<Answer<T>> {
  return call(path, { method, ...(body !== undefined && { body: JSON.stringify(body) }) }, ORDER_MS);
}

/** Takes something away. */
export function remove<T>(path: string): Promise<Answer<T>> {
  return order(path, undefined, 'DELETE');
}

async function call<T>(path: string, request: RequestInit, patienceMs: number): Promise<Answer<T>> {
  if (isOver()) return REFUSED;
  const session = sessionNumber();
  const response = await fetch(path, {
    ...request,
    headers: { Accept: 'application/json', ...(request.body !== undefined && { 'Content-Type': 'application/json' }) },
    signal: AbortSignal.timeout(patienceMs),
  }).catch(() => null);
  if (response === null) return SILENT;
  const answer = await readAnswer<T>(response);
  if (answer.kind === 'refused') sessionEnded(session);
  return answer;
}
