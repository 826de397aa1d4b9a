/** Who takes a body apart, as ModSecurity names them; empty for a body of another type. */
export type BodyProcessor = 'URLENCODED' | 'MULTIPART' | 'JSON' | 'XML' | '';

/**
 * The processor that ModSecurity and its recommended rules (200000, 200001, 200006) choose by the content type. Rules ask which;
 * what the view makes of a body depends on the body too.
 */
export function processorOf(contentType: string): BodyProcessor {
  const media = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (media === 'application/x-www-form-urlencoded') return 'URLENCODED';
  if (media === 'multipart/form-data') return 'MULTIPART';
  if (media === 'application/json' || /^application\/[\w.-]+\+json$/.test(media)) return 'JSON';
  return /^(?:application|text)\/(?:[\w.-]+\+)?xml$/.test(media) ? 'XML' : '';
}
