/** `base` with the path and query of `url` as they were spelled; parsing them anew would rewrite some escapes. */
export function originUrl(url: string, base: string): string {
  return base.replace(/\/+$/, '') + targetOf(url);
}

/** Path and query of an absolute URL, as spelled: `/` at least, the fragment left out. */
export function targetOf(url: string): string {
  const authority = url.indexOf('://') + 3;
  const start = url.slice(authority).search(/[/?#]/);
  if (start < 0) return '/';
  const target = url.slice(authority + start).split('#', 1)[0] ?? '';
  return target.startsWith('/') ? target : `/${target}`;
}
