import { sayHolder } from './control/holder.ts';
import { hasSession, signedInAs, signIn, signOut, watchSession } from './control/session.ts';
import { byId, inputById } from './dom.ts';

/** A page's own work; each is called once per change. */
export interface GuardedPage {
  /** Somebody has signed in where nobody was. */
  readonly entered: () => void;
  /** The session has ended under the operator's hands: what he was writing stays, out of sight, and nothing is asked meanwhile. */
  readonly paused: () => void;
  /** Somebody has signed in after that. */
  readonly resumed: () => void;
  /** He has signed out: nothing of what he saw stays. */
  readonly left: () => void;
}

/** The sign-in form and the sign-out button, which all pages have. */
export async function openGate(page: GuardedPage): Promise<void> {
  let state: 'unknown' | 'in' | 'paused' | 'out' = 'unknown';
  let focused: Element | null = null;
  const key = inputById('key');

  function show(next: 'in' | 'paused' | 'out', problem = ''): void {
    byId('sign-in-problem').textContent = problem;
    if (state === next) return;
    const before = state;
    state = next;
    if (next === 'paused') {
      focused = document.activeElement;
      // A question that is open would keep the form out of reach; unanswered is the same as No.
      for (const dialog of document.querySelectorAll<HTMLDialogElement>('dialog:modal')) dialog.close();
    }
    byId('gate').hidden = next === 'in';
    byId('console').hidden = next !== 'in';
    byId('sign-out').hidden = next !== 'in';
    const holder = next === 'in' ? signedInAs() : null;
    byId('who').textContent = holder === null ? '' : sayHolder(holder);
    if (next !== 'in') {
      if (next === 'paused') page.paused();
      else page.left();
      return key.focus();
    }
    if (before !== 'paused') return page.entered();
    page.resumed();
    if (focused instanceof HTMLElement && focused.isConnected) focused.focus();
  }

  async function enter(): Promise<void> {
    const problem = await signIn(key.value);
    if (problem !== null) {
      key.select();
      return show(state === 'paused' ? 'paused' : 'out', problem);
    }
    key.value = '';
    return show('in');
  }

  watchSession(() => {
    if (state === 'in') show('paused', 'Your session has ended. Sign in again; what you were writing is kept.');
  });
  byId('sign-in').addEventListener('submit', (event) => {
    event.preventDefault();
    void enter();
  });
  byId('sign-out').addEventListener('click', () => {
    void signOut().then(() => show('out'));
  });

  const session = await hasSession();
  show(session === true ? 'in' : 'out', session === null ? 'The shield does not answer.' : '');
}
