import { byId, inputById } from './dom.ts';
import { hasSession, signIn, signOut } from './session.ts';

export interface Gate {
  /** The shield no longer takes the session: the form again, in place. */
  refuse(): void;
}

/**
 * The sign-in form and the sign-out button, which all pages have. `entered` and `left` start and stop the page's own work; each is
 * called once per change.
 */
export async function openGate(page: { readonly entered: () => void; readonly left: () => void }): Promise<Gate> {
  let inside: boolean | null = null;
  const key = inputById('key');

  function show(signedIn: boolean, problem = ''): void {
    byId('sign-in-problem').textContent = problem;
    if (inside === signedIn) return;
    inside = signedIn;
    byId('gate').hidden = signedIn;
    byId('console').hidden = !signedIn;
    byId('sign-out').hidden = !signedIn;
    if (signedIn) return page.entered();
    page.left();
    return key.focus();
  }

  async function enter(): Promise<void> {
    const problem = await signIn(key.value);
    if (problem === null) key.value = '';
    else key.select();
    show(problem === null, problem ?? '');
  }

  byId('sign-in').addEventListener('submit', (event) => {
    event.preventDefault();
    void enter();
  });
  byId('sign-out').addEventListener('click', () => {
    void signOut().then(() => show(false));
  });

  const session = await hasSession();
  show(session ?? false, session === null ? 'The shield does not answer.' : '');
  return { refuse: () => show(false, 'Your session has ended. Sign in again.') };
}
