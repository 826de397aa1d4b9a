import { DEFAULT_VIEW_LIMITS, type RequestView, type ViewValue } from '../request-view.ts';
import { ValueCollector } from '../value-collector.ts';
import { collectBody } from './collect-body.ts';

/** The values of a body taken apart by another processor than its type chose: where rules say so. */
export function recollectBody(view: RequestView, processor: string): readonly ViewValue[] {
  const out = new ValueCollector(DEFAULT_VIEW_LIMITS);
  const contentType = view.header('content-type') ?? '';
  collectBody(view.body?.text ?? '', CONTENT_TYPES[processor] ?? contentType, out);
  return out.values;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  URLENCODED: 'application/x-www-form-urlencoded',
  JSON: 'application/json',
  XML: 'application/xml',
};
