import { element } from '../dom.ts';
import { TTL_CHOICES } from './ttl.ts';

const STANDARD = '86400';

/** How long a block lasts. */
export function expirySelect(label: string): HTMLSelectElement {
  const select = element(
    'select',
    { 'aria-label': label },
    ...TTL_CHOICES.map(([value, text]) => element('option', { value }, text)),
  );
  select.value = STANDARD;
  return select;
}

/** As `POST /admin/blocklist` takes it. */
export function ttlOf(select: HTMLSelectElement): { readonly ttl_seconds?: number } {
  return select.value === '' ? {} : { ttl_seconds: Number(select.value) };
}
