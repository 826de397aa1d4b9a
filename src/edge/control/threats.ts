import * as v from 'valibot';
import { joinBus } from './bus-handshake.ts';
import { operation } from './operation.ts';

const threats = operation({
  method: 'get',
  path: '/ws/threats',
  id: 'watchThreats',
  summary:
    'Events as they happen, over a WebSocket; `after` and `epoch` resume where a connection broke off, `packed=1` asks for binary frames: raw deflate of a JSON array of messages',
  tag: 'observation',
  access: 'operator',
  scope: 'read',
  query: v.object({
    after: v.optional(v.pipe(v.string(), v.regex(/^\d{1,15}$/, 'must be a whole number'))),
    epoch: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/, 'must be letters, digits and dashes'))),
    packed: v.optional(v.pipe(v.string(), v.regex(/^1$/, 'must be 1'))),
  }),
  responses: { 101: { description: 'Connected' }, 426: { description: 'Not a WebSocket upgrade' } },
  handle(call) {
    const { request, query, proof } = call;
    // Of the client's only these pass. The bus closes the socket when what proved the operator is over.
    const url = new URL('https://threat-bus/ws/threats');
    if (query.after !== undefined) url.searchParams.set('after', query.after);
    if (query.epoch !== undefined) url.searchParams.set('epoch', query.epoch);
    if (query.packed !== undefined) url.searchParams.set('packed', query.packed);
    if (proof.kind === 'operator') {
      const { key, until } = proof.operator;
      if (key !== null) url.searchParams.set('key', key.id);
      if (until !== null) url.searchParams.set('until', String(until));
    }
    return joinBus(request, url, call);
  },
});

export const threatOperations = [threats];
