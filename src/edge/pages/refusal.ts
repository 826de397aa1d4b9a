import { PAGE_HEADERS, renderPage } from './page.ts';
import { prefersHtml } from './negotiate.ts';
import { problemResponse } from './problem.ts';

/** The ways in which the shield itself answers a visitor. */
export type RefusalKind =
  | 'blocked'
  | 'challenged'
  | 'rate-limited'
  | 'unavailable'
  | 'bad-gateway'
  | 'request-timeout'
  | 'internal-error';

interface Wording {
  readonly status: number;
  readonly title: string;
  readonly paragraphs: readonly string[];
}

const REPORT =
  'If you think this is a mistake, write to the owner of this site and give the request id below: it lets them find and correct the decision.';

/** Nothing here tells which rule matched: that would teach an attacker where to dig. The operator finds it by the id. */
const WORDING: Readonly<Record<RefusalKind, Wording>> = {
  blocked: {
    status: 403,
    title: 'This request was blocked',
    paragraphs: [
      'The protection in front of this site judged the request to be unsafe and did not pass it on.',
      REPORT,
    ],
  },
  challenged: {
    status: 403,
    title: 'This request looks unusual',
    paragraphs: [
      'The protection in front of this site could not tell whether a person sent this request, and did not pass it on.',
      REPORT,
    ],
  },
  'rate-limited': {
    status: 429,
    title: 'Too many requests',
    paragraphs: ['More requests came from your network address than this part of the site accepts.', REPORT],
  },
  unavailable: {
    status: 503,
    title: 'Please try again in a moment',
    paragraphs: ['This part of the site cannot be protected right now, so it takes no requests.', REPORT],
  },
  'bad-gateway': {
    status: 502,
    title: 'The site does not answer',
    paragraphs: [
      'The protection in front of this site is working, but the site behind it cannot be reached.',
      'Please try again later.',
    ],
  },
  'request-timeout': {
    status: 408,
    title: 'The request took too long',
    paragraphs: ['The request did not arrive in full in time.', 'Please try again.'],
  },
  'internal-error': {
    status: 500,
    title: 'Something went wrong',
    paragraphs: ['The protection in front of this site could not handle the request.', REPORT],
  },
};

/** The answer in the form the client prefers: a page or an RFC 9457 problem. `retryAfter` in whole seconds. */
export function refuse(kind: RefusalKind, request: Request, requestId: string, retryAfter?: number): Response {
  const { status, title, paragraphs } = WORDING[kind];
  const wait = retryAfter === undefined ? [] : [waitSentence(retryAfter)];
  const sentences = [...paragraphs.slice(0, 1), ...wait, ...paragraphs.slice(1)];
  const headers: Record<string, string> = {
    Vary: 'Accept',
    ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
  };
  const answer = prefersHtml(request.headers.get('Accept'))
    ? new Response(renderPage({ status, title, paragraphs: sentences, requestId }), {
        status,
        headers: { ...PAGE_HEADERS, ...headers },
      })
    : problemResponse({ status, kind, title, detail: sentences.join(' ') }, requestId, headers);
  // RFC 9110, section 9.3.2: the headers of the answer, without its content.
  return request.method === 'HEAD' ? new Response(null, answer) : answer;
}

function waitSentence(seconds: number): string {
  return `Please wait ${seconds} ${seconds === 1 ? 'second' : 'seconds'} before you try again.`;
}
