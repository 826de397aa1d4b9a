import type { BodyProcessor } from './body-processor.ts';
import { listBoundaries } from './multipart.ts';

/** What a strict parser has against a body: ModSecurity's `REQBODY_ERROR`, `MULTIPART_STRICT_ERROR` and `MULTIPART_UNMATCHED_BOUNDARY`. */
export interface BodyFlaws {
  readonly error: boolean;
  readonly multipart: boolean;
  readonly unmatchedBoundary: boolean;
}

const NONE: BodyFlaws = { error: false, multipart: false, unmatchedBoundary: false };

/**
 * Looks for what our tolerant view does not mind. Worked out only when a rule asks. A body of which only the first part is here
 * cannot be told from one that breaks off, so nothing is held against it.
 */
export function findFlaws(text: string, processor: BodyProcessor, contentType: string, isWhole: boolean): BodyFlaws {
  if (!isWhole) return NONE;
  if (processor === 'JSON') return isJson(text) ? NONE : { ...NONE, error: true };
  if (processor !== 'MULTIPART') return NONE;
  const [boundary] = listBoundaries(contentType, '');
  if (boundary === undefined) return { ...NONE, error: true, multipart: true };
  const delimiter = `--${boundary}`;
  const isClosed = text.includes(`${delimiter}--`);
  const lines = text.split('\n');
  const unmatchedBoundary = lines.some((line) => line.startsWith('--') && !line.startsWith(delimiter));
  const hasBareFeeds = lines.some((line, at) => at < lines.length - 1 && line.startsWith('--') && !line.endsWith('\r'));
  return { error: !isClosed, multipart: !isClosed || hasBareFeeds || !text.startsWith(delimiter), unmatchedBoundary };
}

/** `JSON.parse` wants characters; bytes above 127 stand in strings only, where any will do. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
