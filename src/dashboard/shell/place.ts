const PREFIX = '/dashboard';

/** The view that a path names, or the empty text. */
export function viewIdOf(pathname: string): string {
  return pathname.startsWith(`${PREFIX}/`) ? (pathname.slice(PREFIX.length + 1).split('/')[0] ?? '') : '';
}

/** Where a view is, with its state. */
export function placeOf(view: string, query: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(query).toString();
  return `${PREFIX}/${view}${search === '' ? '' : `?${search}`}`;
}
