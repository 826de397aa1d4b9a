/** A key and what it does. */
export interface Shortcut {
  readonly key: string;
  readonly title: string;
  readonly run: () => void;
}

const inForce = new Set<Shortcut>();

/** All shortcuts that work now, one for each key, for the help. Of two with one key that which came last works. */
export function shortcuts(): readonly Shortcut[] {
  return [...new Map([...inForce].map((shortcut) => [shortcut.key, shortcut])).values()];
}

/** Puts shortcuts in force; answers what takes them out again. */
export function bindKeys(added: readonly Shortcut[]): () => void {
  for (const shortcut of added) inForce.add(shortcut);
  return () => {
    for (const shortcut of added) inForce.delete(shortcut);
  };
}

/** One listener for the page. Who types, or holds a modifier, means something else. */
export function listenForKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector('dialog[open]') !== null) return;
    for (const { key, run } of shortcuts()) {
      if (key !== event.key) continue;
      event.preventDefault();
      run();
      return;
    }
  });
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  // An editor in a shadow root shows as its host.
  if (target.shadowRoot !== null) return true;
  return target.isContentEditable || target.matches('input, textarea, select');
}
