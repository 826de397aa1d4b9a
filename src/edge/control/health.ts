import { jsonResponse } from './json-response.ts';
import { operation } from './operation.ts';

const health = operation({
  method: 'get',
  path: '/health',
  id: 'health',
  summary: 'The Worker runs and has a snapshot to judge by; asks no actor',
  tag: 'observation',
  access: 'public',
  responses: { 200: { description: 'Healthy' } },
  handle: ({ snapshot }) => jsonResponse({ status: 'ok', seq: snapshot.seq }),
});

export const healthOperations = [health];
