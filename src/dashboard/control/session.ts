import { readProblem, SILENT } from './answer.ts';
import type { Holder } from './holder.ts';
import { rememberSignIn, remembersSignIn } from './signed-in.ts';

/** Questions that wait for a sign-in. A view asks a handful; its timers, which go on over a night, are not to pile up more. */
const WAITING = 20;

/**
 * Whether this browser's session has ended although nobody signed out, as far as the page knows. One page has one cookie: whoever asks and
 * whoever signs in share it.
 */
let over = false;
/** Sign-ins so far: a refusal that comes late, to what was asked under an earlier one, says nothing of this one. */
let signIns = 0;
/** Whose session it is; null: nobody's, or the shield did not say. */
let holder: Holder | null = null;
let tell: () => void = () => {};
let waiting: ((signedIn: boolean) => void)[] = [];

/** `ended` hears, once each time, that the shield no longer takes the session. */
export function watchSession(ended: () => void): void {
  tell = ended;
}

/** Who has signed in last. */
export function signedInAs(): Holder | null {
  return holder;
}

export function isOver(): boolean {
  return over;
}

/** Names the session that is asked under, for `sessionEnded` and `signedInAgain`. */
export function sessionNumber(): number {
  return signIns;
}

/** The shield has refused what was asked under a session. */
export function sessionEnded(session: number): void {
  if (over || session !== signIns) return;
  over = true;
  tell();
}

/** Waits for a later sign-in than that of `session`; false when there will be none, or too many wait already. */
export function signedInAgain(session: number): Promise<boolean> {
  if (!over || waiting.length >= WAITING) return Promise.resolve(session !== signIns);
  return new Promise((resolve) => waiting.push(resolve));
}

/** Null when the key was right, else what to tell the operator. */
export async function signIn(key: string): Promise<string | null> {
  const response = await fetch('/admin/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ key }),
  }).catch(() => null);
  if (response === null) return SILENT.text;
  if (!response.ok) return (await readProblem(response)).text;
  holder = await readHolder(response);
  signIns += 1;
  rememberSignIn(true);
  settle(true);
  return null;
}

export async function signOut(): Promise<void> {
  await fetch('/admin/session', { method: 'DELETE' }).catch(() => null);
  holder = null;
  rememberSignIn(false);
  settle(false);
}

/** Whether this browser has a session; null when the shield does not answer. */
export async function hasSession(): Promise<boolean | null> {
  if (remembersSignIn() === false) return false;
  const response = await fetch('/admin/session').catch(() => null);
  if (response === null) return null;
  rememberSignIn(response.ok);
  holder = response.ok ? await readHolder(response) : null;
  return response.ok;
}

async function readHolder(response: Response): Promise<Holder | null> {
  const told: Holder | null = await response.json().catch(() => null);
  return told;
}

function settle(signedIn: boolean): void {
  over = false;
  const released = waiting;
  waiting = [];
  for (const release of released) release(signedIn);
}
