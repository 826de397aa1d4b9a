/** Seconds; the empty text is a block without an end. */
export const TTL_CHOICES: readonly (readonly [string, string])[] = [
  ['3600', '1 hour'],
  ['21600', '6 hours'],
  ['86400', '1 day'],
  ['604800', '7 days'],
  ['2592000', '30 days'],
  ['', 'until removed'],
];

/** How long a block lasts that was asked for so, to be said after "blocked". */
export function sayTtl({ ttl_seconds: seconds }: { readonly ttl_seconds?: number }): string {
  if (seconds === undefined) return 'until it is removed';
  const [, text] = TTL_CHOICES.find(([value]) => value === String(seconds)) ?? [];
  return `for ${text ?? `${Math.ceil(seconds / 60)} minutes`}`;
}
