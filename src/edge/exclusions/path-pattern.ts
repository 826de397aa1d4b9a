import { normalisePath } from '../route.ts';
import { matchesWildcard } from './wildcard.ts';

/** A path pattern taken apart. */
export interface PathPattern {
  /** Between the slashes, as written; `**` stands for any number of segments. */
  readonly segments: readonly string[];
  /** The same as the route's normalisation reads it. */
  readonly plain: readonly string[];
  /** What every path begins with: most requests are told apart by it alone. */
  readonly start: string;
}

/** A client may make a path long; no exclusion is needed for such. */
const PATH_LIMIT = 2048;

/** What an origin that undoes escapes twice would take for a slash, a backslash or a dot. */
const HIDDEN = /%(?:2e|2f|5c|25)/i;

/** Why a text is no path pattern, or null. */
export function refusePath(pattern: string): string | null {
  if (!pattern.startsWith('/')) return 'must begin with a slash';
  if (/[?#\\;]/.test(pattern)) return 'must be a path alone: no query, fragment, parameter or backslash';
  const segments = pattern.slice(1).split('/');
  if (segments.some((segment, at) => segment === '' && at < segments.length - 1))
    return 'must not have doubled slashes';
  if (segments.some((segment) => segment === '.' || segment === '..')) return 'must not have dot segments';
  if (segments.some((segment) => segment.includes('**') && segment !== '**')) {
    return '** must be a segment by itself';
  }
  return null;
}

/** Reads a pattern that `refusePath` has nothing against. */
export function readPathPattern(pattern: string): PathPattern {
  const star = pattern.indexOf('*');
  // `/a/**` takes in `/a` itself: the slash before the stars is not part of what must be there.
  const start = (star < 0 ? pattern : pattern.slice(0, star)).replace(/\/$/, '');
  return { segments: split(pattern), plain: split(normalisePath(pattern)), start };
}

/**
 * Whether a path, as on the wire, is one that the pattern means. An exclusion takes protection away, so nobody may reach another
 * place under its cover: the path must match as it is spelled and as an origin may come to read it, and must not hide a slash
 * or a dot from the one reading or the other.
 */
export function matchesPath({ segments, plain, start }: PathPattern, path: string): boolean {
  if (path.length > PATH_LIMIT || !path.startsWith(start)) return false;
  if (!matchesSegments(segments, split(path))) return false;
  const normal = normalisePath(path);
  return !HIDDEN.test(normal) && (normal === path || matchesSegments(plain, split(normal)));
}

/** Without the empty segment that a closing slash leaves: `/a/` and `/a` are one to nearly every origin. */
function split(path: string): readonly string[] {
  const segments = path.slice(1).split('/');
  if (segments.at(-1) === '') segments.pop();
  return segments;
}

/** As `matchesWildcard`, with segments for characters: the last `**` alone is remembered. */
function matchesSegments(pattern: readonly string[], path: readonly string[]): boolean {
  let at = 0;
  let inPattern = 0;
  let stars = -1;
  let swallowed = 0;
  while (at < path.length) {
    const segment = pattern[inPattern];
    if (segment === '**') {
      stars = inPattern++;
      swallowed = at;
    } else if (segment !== undefined && matchesWildcard(segment, path[at]!)) {
      at++;
      inPattern++;
    } else if (stars >= 0) {
      inPattern = stars + 1;
      at = ++swallowed;
    } else return false;
  }
  while (pattern[inPattern] === '**') inPattern++;
  return inPattern === pattern.length;
}
