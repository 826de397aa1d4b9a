/** Kept by the browser for all its tabs; it proves nothing, the cookie does. */
const KEY = 'edgeshield-signed-in';

/**
 * Whether somebody is signed in with this browser, as far as its pages know. A page that nobody has signed in on need not ask the shield,
 * which would refuse, and the browser's console would tell of an error that is none. Null: this browser keeps nothing, so it must ask.
 */
export function remembersSignIn(): boolean | null {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return null;
  }
}

export function rememberSignIn(signedIn: boolean): void {
  try {
    if (signedIn) localStorage.setItem(KEY, 'yes');
    else localStorage.removeItem(KEY);
  } catch {
    // Then each page asks.
  }
}
