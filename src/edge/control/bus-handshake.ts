import { problemResponse } from '../pages/problem.ts';
import { actorProblem } from './json-response.ts';
import type { ControlBindings } from './operation.ts';

/** What a WebSocket handshake needs (RFC 6455, section 4.1); nothing else of the client's reaches the actor, cookies least of all. */
const HANDSHAKE = ['Upgrade', 'Connection', 'Sec-WebSocket-Key', 'Sec-WebSocket-Version', 'Sec-WebSocket-Extensions'];

/**
 * Hands an upgrade on to the bus, under this URL. It is kept with the connection, and a `_pk` in it would let a client choose its
 * connection's id: nothing of the client's may be in it unread.
 */
export async function joinBus(
  request: Request,
  url: URL,
  { actors, requestId }: Pick<ControlBindings, 'actors' | 'requestId'>,
): Promise<Response> {
  if (request.headers.get('Upgrade')?.toLowerCase() !== 'websocket') {
    const title = 'This is a WebSocket';
    const problem = { status: 426, kind: 'upgrade-required', title, detail: 'Connect with the WebSocket protocol.' };
    return problemResponse(problem, requestId, { Upgrade: 'websocket', Connection: 'Upgrade' });
  }
  const headers = new Headers();
  for (const name of HANDSHAKE) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const answer = await actors.connectToBus(new Request(url, { headers }));
  if (!answer.ok) return actorProblem(answer, requestId);
  return url.searchParams.has('packed') ? declineCompression(answer.value) : answer.value;
}

/**
 * What the bus has packed once for all sockets would be packed again for each: three times the CPU time of a thousand sockets, and 0.3 MB
 * each. The runtime agrees to what the client offered unless the Worker names extensions itself; of one that nobody offers it tells nothing.
 */
function declineCompression({ status, headers, webSocket }: Response): Response {
  const declining = new Headers(headers);
  declining.set('Sec-WebSocket-Extensions', 'none');
  return new Response(null, { status, headers: declining, webSocket });
}
