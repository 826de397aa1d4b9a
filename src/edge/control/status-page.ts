import { prefersHtml } from '../pages/negotiate.ts';
import { servePage } from './dashboard.ts';
import { refuseStranger } from './door.ts';
import { answerResponse } from './json-response.ts';
import { operation } from './operation.ts';

/** The static page holds no data: it is given to strangers too, who find a sign-in there. What it shows it asks for by itself. */
const status = operation({
  method: 'get',
  path: '/status',
  id: 'statusPage',
  summary: 'The enforcement page; as JSON, by `Accept`, the same as /enforcement/status',
  tag: 'enforcement',
  access: 'public',
  responses: {
    200: { description: 'The page, or the status as JSON' },
    401: { description: 'Not signed in: the page, which asks for the key, or a problem' },
  },
  async handle(call) {
    const { request, url, actors, requestId } = call;
    const refused = await refuseStranger(request, url, call);
    if (prefersHtml(request.headers.get('Accept'))) {
      const page = await servePage(request, url, '/status', call, refused);
      if (page !== null) return page;
    }
    if (refused !== null) return refused;
    return answerResponse(await actors.enforcementStatus(), requestId, (value) => ({
      ...value,
      timestamp: new Date(Date.now()).toISOString(),
    }));
  },
});

export const statusPageOperations = [status];
