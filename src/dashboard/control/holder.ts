/** Whose session it is, as `/admin/session` tells. */
export interface Holder {
  /** Null: the bootstrap key, which may do everything and has no name. */
  readonly key: { readonly id: string; readonly name: string } | null;
  readonly scopes: readonly string[];
}

/** Who is signed in and what he may do, in few words: `night watch, read only`. Empty for the bootstrap key. */
export function sayHolder({ key, scopes }: Holder): string {
  if (key === null) return '';
  const may = scopes.length === 1 && scopes[0] === 'read' ? 'read only' : scopes.join(', ');
  return [key.name, may].filter((part) => part !== '').join(', ');
}
