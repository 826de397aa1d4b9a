import * as v from 'valibot';
import { problemResponse } from '../pages/problem.ts';
import { actorProblem } from './json-response.ts';
import { operation } from './operation.ts';

/** What a WebSocket handshake needs (RFC 6455, section 4.1); nothing else of the client's reaches the actor, cookies least of all. */
const HANDSHAKE = ['Upgrade', 'Connection', 'Sec-WebSocket-Key', 'Sec-WebSocket-Version', 'Sec-WebSocket-Extensions'];

const threats = operation({
  method: 'get',
  path: '/ws/threats',
  id: 'watchThreats',
  summary: 'Events as they happen, over a WebSocket; `after` and `epoch` resume where a connection broke off',
  tag: 'observation',
  access: 'operator',
  scope: 'read',
  query: v.object({
    after: v.optional(v.pipe(v.string(), v.regex(/^\d{1,15}$/, 'must be a whole number'))),
    epoch: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/, 'must be letters, digits and dashes'))),
  }),
  responses: { 101: { description: 'Connected' }, 426: { description: 'Not a WebSocket upgrade' } },
  async handle({ request, actors, requestId, query, proof }) {
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
    // The URL is kept with the connection, and a `_pk` in it would let a client choose its connection's id: of the client's only
    // these two pass. The bus closes the socket when what proved the operator is over.
    const url = new URL('https://threat-bus/ws/threats');
    if (query.after !== undefined) url.searchParams.set('after', query.after);
    if (query.epoch !== undefined) url.searchParams.set('epoch', query.epoch);
    if (proof.kind === 'operator') {
      const { key, until } = proof.operator;
      if (key !== null) url.searchParams.set('key', key.id);
      if (until !== null) url.searchParams.set('until', String(until));
    }
    const answer = await actors.connectToBus(new Request(url, { headers }));
    return answer.ok ? answer.value : actorProblem(answer, requestId);
  },
});

export const threatOperations = [threats];
