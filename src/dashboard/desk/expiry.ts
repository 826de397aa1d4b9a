import { element } from '../dom.ts';

/** Seconds; the empty text is a block without an end. */
const CHOICES: readonly (readonly [string, string])[] = [
  ['3600', '1 hour'],
  ['21600', '6 hours'],
  ['86400', '1 day'],
  ['604800', '7 days'],
  ['2592000', '30 days'],
  ['', 'until removed'],
];
const STANDARD = '86400';

/** How long a block lasts. */
export function expirySelect(label: string): HTMLSelectElement {
  const select = element(
    'select',
    { 'aria-label': label },
    ...CHOICES.map(([value, text]) => element('option', { value }, text)),
  );
  select.value = STANDARD;
  return select;
}

/** How long a block lasts that was asked for so, to be said after "blocked". */
export function sayTtl({ ttl_seconds: seconds }: { readonly ttl_seconds?: number }): string {
  if (seconds === undefined) return 'until it is removed';
  const [, text] = CHOICES.find(([value]) => value === String(seconds)) ?? [];
  return `for ${text ?? `${Math.ceil(seconds / 60)} minutes`}`;
}

/** As `POST /admin/blocklist` takes it. */
export function ttlOf(select: HTMLSelectElement): { readonly ttl_seconds?: number } {
  return select.value === '' ? {} : { ttl_seconds: Number(select.value) };
}
