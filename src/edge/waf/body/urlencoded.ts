import type { ValueCollector } from '../value-collector.ts';
import { decodeFormField } from '../percent.ts';

/** Takes apart `a=1&b=2` (URL Standard, 5.1), decoded once. Past the argument limit the rest is inspected as one value. */
export function collectUrlencoded(text: string, collection: 'ARGS_GET' | 'ARGS_POST', out: ValueCollector): void {
  let at = 0;
  while (at < text.length) {
    let end = text.indexOf('&', at);
    if (end < 0) end = text.length;
    out.steps += end - at + 1;
    if (end > at) {
      const field = text.slice(at, end);
      const equals = field.indexOf('=');
      const name = decodeFormField(equals < 0 ? field : field.slice(0, equals));
      const value = equals < 0 ? '' : decodeFormField(field.slice(equals + 1));
      if (!out.addArgument(collection, name, value)) {
        out.steps += text.length - at;
        out.addRest(collection, '', decodeFormField(text.slice(at)));
        return;
      }
    }
    at = end + 1;
  }
}
