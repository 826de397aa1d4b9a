import { element } from '../dom.ts';
import { diffReleases, type PartDiff } from './release-parts.ts';

/** Parts drawn of a diff: a new import of CRS alters hundreds, and nobody reads so many. */
const SHOWN = 60;
const SIGNS = { same: ' ', gone: '−', new: '+' } as const;
const KINDS = { added: 'added', removed: 'removed', altered: 'changed' } as const;

/** What differs between two releases, part by part. */
export function diffView(before: unknown, after: unknown): HTMLElement {
  const parts = diffReleases(before, after);
  if (parts.length === 0) return element('p', { class: 'say hint' }, 'They say the same.');
  const rest = parts.length - SHOWN;
  return element(
    'div',
    { class: 'diff' },
    ...parts.slice(0, SHOWN).map(part),
    ...(rest > 0 ? [element('p', { class: 'say hint' }, `and ${rest} more parts that differ`)] : []),
  );
}

function part({ name, kind, lines }: PartDiff): HTMLElement {
  const rows = lines.map((line) =>
    line === null
      ? element('span', { class: 'gap' }, '⋯\n')
      : element('span', { class: line.kind }, `${SIGNS[line.kind]} ${line.text}\n`),
  );
  return element(
    'details',
    { open: '', 'data-kind': kind },
    element('summary', {}, element('b', {}, name), ' ', element('span', { class: 'tag' }, KINDS[kind])),
    element('pre', { tabindex: '0', 'aria-label': `Changes of ${name}` }, ...rows),
  );
}
