import type { EventRequest } from '../../actors/contracts.ts';

/** Collections with members (`ARGS_GET:q`), and how a member is said. */
const MEMBERS: Readonly<Record<string, string>> = {
  ARGS: 'the parameter',
  ARGS_GET: 'the query parameter',
  ARGS_POST: 'the body’s parameter',
  REQUEST_COOKIES: 'the cookie',
  REQUEST_HEADERS: 'the header',
  RESPONSE_HEADERS: 'the answer’s header',
  FILES: 'the uploaded file',
  FILES_TMP_CONTENT: 'the content of the file',
  MULTIPART_PART_HEADERS: 'the headers of the part',
  XML: 'the XML at',
  REVEALED: 'what was hidden in',
};

/** Collections as a whole, and those that have one value alone. */
const WHOLES: Readonly<Record<string, string>> = {
  ARGS: 'the parameters',
  ARGS_GET: 'the query parameters',
  ARGS_POST: 'the body’s parameters',
  ARGS_NAMES: 'a parameter’s name',
  ARGS_GET_NAMES: 'a query parameter’s name',
  ARGS_POST_NAMES: 'the name of a parameter in the body',
  REQUEST_COOKIES: 'the cookies',
  REQUEST_COOKIES_NAMES: 'a cookie’s name',
  REQUEST_HEADERS: 'the headers',
  REQUEST_HEADERS_NAMES: 'a header’s name',
  REQUEST_URI: 'the address asked for',
  REQUEST_URI_RAW: 'the address asked for',
  REQUEST_FILENAME: 'the path',
  REQUEST_BASENAME: 'the path’s last part',
  REQUEST_LINE: 'the request line',
  REQUEST_METHOD: 'the method',
  REQUEST_PROTOCOL: 'the protocol',
  QUERY_STRING: 'the query',
  REQUEST_BODY: 'the body',
  UNPARSED_BODY: 'the body',
  XML: 'the XML',
  FILES: 'an uploaded file’s name',
  FILES_NAMES: 'the name of an upload’s field',
  FILES_TMP_CONTENT: 'an uploaded file',
  MULTIPART_PART_HEADERS: 'the headers of a part',
  REMOTE_ADDR: 'the client’s address',
  SERVER_NAME: 'the host’s name',
  RESPONSE_BODY: 'the answer',
  RESPONSE_HEADERS: 'the answer’s headers',
  RESPONSE_STATUS: 'the answer’s status',
  TX: 'what other rules found',
};

/**
 * Where a rule matched, in words: `ARGS_GET:q` as `the query parameter q`. `ARGS` are those of query and body together; where the `request`
 * tells which, so do the words. What has no words here is told as it is.
 */
export function sayLocation(location: string, request?: Pick<EventRequest, 'method' | 'path'>): string {
  if (request !== undefined && location.startsWith('ARGS:')) {
    const name = location.slice('ARGS:'.length);
    if (hasArgument(request.path, name)) return sayLocation(`ARGS_GET:${name}`);
    if (!/^(?:GET|HEAD)$/.test(request.method)) return sayLocation(`ARGS_POST:${name}`);
  }
  if (location.startsWith('&')) return `the number of ${sayPlural(location.slice(1))}`;
  const colon = location.indexOf(':');
  const collection = colon === -1 ? location : location.slice(0, colon);
  const member = colon === -1 ? '' : location.slice(colon + 1);
  if (member === '' || collection.endsWith('_NAMES')) return WHOLES[collection] ?? location;
  const words = MEMBERS[collection];
  if (words === undefined) return WHOLES[collection] ?? location;
  return `${words} ${collection.endsWith('_HEADERS') ? headerName(member) : member}`;
}

function hasArgument(path: string, name: string): boolean {
  const at = path.indexOf('?');
  return at !== -1 && new URLSearchParams(path.slice(at)).has(name);
}

/** `&ARGS` counts all of them, `&REQUEST_HEADERS:host` those of one name. */
function sayPlural(target: string): string {
  const colon = target.indexOf(':');
  if (colon === -1) return (WHOLES[target] ?? target).replace(/^the /, '');
  return `values of ${sayLocation(target)}`;
}

/** Header names come in lower case; people know them as `User-Agent`. */
function headerName(name: string): string {
  return name.replaceAll(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
}
