import type { LabelledRequest } from './labelled-request.ts';

/**
 * Licences under whose rows anything that ships may be trained: they allow use, change and redistribution with no more
 * than attribution. Matched whole: a licence that is not on the list is refused, whatever it is called.
 */
export const PERMISSIVE_LICENCES: ReadonlySet<string> = new Set([
  'MIT',
  'BSD-3',
  'MIT/BSD',
  'Apache-2.0',
  'Apache-2.0/MIT/BSD-2',
  'BSD + CC BY',
  'CC BY 4.0',
  'own list',
]);

/** Licences that occur in the corpora and were turned down, with the reason that the card gives. */
export const REFUSED_LICENCES: Readonly<Record<string, string>> = {
  'none stated': 'no permission was given',
  'mostly MIT': 'some of its rows are under other licences, and no row says which',
  'Debian main': 'free software, which includes copyleft licences such as the GPL',
};

export function isPermissive(request: LabelledRequest): boolean {
  return PERMISSIVE_LICENCES.has(request.licence);
}
