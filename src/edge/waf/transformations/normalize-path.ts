/** Resolves `//`, `/./` and `/../` as a file system would; a relative path may keep leading `..`. Nothing is decoded. */
export function normalizePath(text: string): string {
  if (text.indexOf('/') < 0 && text !== '.') return text;
  const isAbsolute = text.startsWith('/');
  const kept: string[] = [];
  const segments = text.split('/');
  const last = segments.at(-1);
  for (const segment of segments) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') kept.push(segment);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!isAbsolute) kept.push('..');
  }
  const endsOpen = last === '';
  const path = kept.join('/');
  const normal = (isAbsolute ? '/' : '') + path + (endsOpen && path !== '' ? '/' : '');
  return normal === text ? text : normal;
}
