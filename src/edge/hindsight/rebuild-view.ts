import type { EventExcerpt, EventRule, NumberedEvent } from '../../actors/contracts.ts';
import { buildRequestView, type RequestView } from '../waf/request-view.ts';

/** Where an excerpt is put back; every other place is the request's head, or made from one of these. */
const PLACE =
  /^(ARGS|ARGS_POST|REQUEST_COOKIES|REQUEST_HEADERS|REQUEST_BODY|UNPARSED_BODY|XML|FILES_TMP_CONTENT)(?::([^]+))?$/;
/** The text of the event stands for a piece of the value. */
const CUT = /^…|…$/g;

/**
 * What is left of a request in its event: method, path with query, user agent, and around each match a piece of the value in its
 * place. Secrets are out of it, and whatever no rule matched on beyond the path.
 */
export function rebuildView({ request, client, rules = [] }: NumberedEvent): RequestView {
  const { method = 'GET', host = 'example.com', path = '/', userAgent = '' } = request ?? {};
  const headers = new Map([
    ['host', host],
    ['user-agent', userAgent],
  ]);
  const form: string[] = [];
  const cookies: string[] = [];
  let body = '';
  for (const [location, text] of excerptsOf(rules)) {
    const [, collection = '', name = ''] = PLACE.exec(location) ?? [];
    const pair = `${encodeURIComponent(name)}=${encodeURIComponent(text)}`;
    if (collection === 'REQUEST_HEADERS') headers.set(name.toLowerCase(), text);
    else if (collection === 'REQUEST_COOKIES') cookies.push(pair);
    else if (collection.startsWith('ARGS')) form.push(pair);
    else if (collection !== '') body = text;
  }
  if (cookies.length > 0) headers.set('cookie', cookies.join('; '));
  const asForm = form.filter((pair) => !path.includes(pair));
  const sent = method === 'GET' || method === 'HEAD' ? '' : asForm.length > 0 ? asForm.join('&') : body;
  if (sent !== '') headers.set('content-type', asForm.length > 0 ? 'application/x-www-form-urlencoded' : 'text/plain');
  return buildRequestView({
    method,
    url: `https://${host}${path}`,
    headers,
    body: sent === '' ? null : new TextEncoder().encode(sent),
    bodyTruncated: false,
    remoteAddress: client?.ip,
    country: client?.country,
  });
}

/** By place, once each: many rules match on one value. */
function excerptsOf(rules: readonly EventRule[]): ReadonlyMap<string, string> {
  const excerpts = new Map<string, string>();
  for (const { location, rawExcerpt, decodedExcerpt } of rules) {
    const excerpt: EventExcerpt | undefined = rawExcerpt ?? decodedExcerpt;
    if (excerpt !== undefined && !excerpts.has(location)) excerpts.set(location, excerpt.text.replace(CUT, ''));
  }
  return excerpts;
}
