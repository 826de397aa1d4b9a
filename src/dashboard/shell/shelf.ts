/** Things of one kind that were begun and not sent yet, each under the name of what they are of. */
export interface Shelf<T> {
  get(name: string): T | undefined;
  /** Undefined takes it away. */
  put(name: string, thing: T | undefined): void;
}

/** Nobody has more rulesets in the works at once; a draft can be a megabyte, so the oldest makes room. */
const KEPT = 12;

const shelves: Map<string, unknown>[] = [];

/**
 * A place for drafts that outlives the view they were written in, until the page is loaded anew or somebody signs out. In memory alone:
 * what is not published yet may name what an attacker must not learn, and a browser's storage stays on the disk.
 */
export function openShelf<T>(): Shelf<T> {
  const things = new Map<string, T>();
  shelves.push(things);
  return {
    get: (name) => things.get(name),
    put: (name, thing) => {
      things.delete(name);
      if (thing === undefined) return;
      things.set(name, thing);
      for (const oldest of things.keys()) {
        if (things.size <= KEPT) break;
        things.delete(oldest);
      }
    },
  };
}

/** Who signs in next may be somebody else. */
export function clearShelves(): void {
  for (const things of shelves) things.clear();
}
