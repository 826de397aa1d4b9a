import { bytesToString, toByteString } from './bytes.ts';
import type { Selected } from './variables/select-values.ts';

/** An answer as far as rules look at it. */
export interface ResponseParts {
  readonly status: number;
  readonly headers: Iterable<readonly [string, string]>;
  /** Absent: `HTTP/1.1`. */
  readonly protocol?: string | undefined;
  /** The first bytes of the body; null where it is not looked at, and phase 4 does not run. */
  readonly body: Uint8Array | null;
}

/** The values of the answer's head, then, where it is looked at, its body. */
export function viewResponse({ status, headers, protocol = 'HTTP/1.1', body }: ResponseParts): readonly Selected[] {
  const values: Selected[] = [
    { collection: 'RESPONSE_STATUS', name: '', value: String(status) },
    { collection: 'RESPONSE_PROTOCOL', name: '', value: protocol },
  ];
  for (const [name, value] of headers) {
    values.push({ collection: 'RESPONSE_HEADERS', name: toByteString(name).toLowerCase(), value: toByteString(value) });
  }
  if (body !== null) values.push({ collection: 'RESPONSE_BODY', name: '', value: bytesToString(body) });
  return values;
}
