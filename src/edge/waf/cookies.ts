import type { ValueCollector } from './value-collector.ts';

/** Takes apart a Cookie header (RFC 6265, 4.2.1). Values stay as they came: servers differ in whether they decode them. */
export function collectCookies(header: string, out: ValueCollector): void {
  let at = 0;
  while (at < header.length) {
    let end = header.indexOf(';', at);
    if (end < 0) end = header.length;
    out.steps += end - at + 1;
    const pair = header.slice(at, end).trim();
    if (pair !== '') {
      const equals = pair.indexOf('=');
      const name = equals < 0 ? '' : pair.slice(0, equals).trimEnd();
      const value = equals < 0 ? pair : pair.slice(equals + 1).trimStart();
      if (!out.addArgument('REQUEST_COOKIES', name, value)) {
        out.addRest('REQUEST_COOKIES', '', header.slice(at));
        return;
      }
    }
    at = end + 1;
  }
}
