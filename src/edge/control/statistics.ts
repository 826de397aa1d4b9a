import * as v from 'valibot';
import { CATEGORIES } from '../../../rules/schema.ts';
import type { EventQuery } from '../../actors/contracts.ts';
import { answerResponse } from './json-response.ts';
import { operation } from './operation.ts';

const showStats = operation({
  method: 'get',
  path: '/admin/stats',
  id: 'showStats',
  summary:
    'Totals by decision, category, rule, country and route; the last 24 hours by minute, and what each layer stopped in them; the most frequent paths, addresses and networks, scores and waits of the last 12 to 24 hours; when each rule last matched; the isolates by release',
  tag: 'observation',
  access: 'operator',
  scope: 'read',
  responses: { 200: { description: 'The totals' } },
  handle: async ({ actors, requestId }) => answerResponse(await actors.stats(), requestId, (stats) => stats),
});

const wholeNumber = v.pipe(v.string(), v.regex(/^\d{1,12}$/, 'must be a whole number'), v.transform(Number));

const EventFilter = v.strictObject({
  limit: v.optional(v.pipe(wholeNumber, v.minValue(1), v.maxValue(1000)), '100'),
  before: v.optional(wholeNumber),
  outcome: v.optional(v.picklist(['allow', 'log', 'challenge', 'block', 'limit', 'notice', 'error'])),
  category: v.optional(v.picklist(CATEGORIES)),
  ip: v.optional(v.pipe(v.string(), v.maxLength(64))),
  id: v.optional(v.pipe(v.string(), v.maxLength(64))),
});

const listEvents = operation({
  method: 'get',
  path: '/admin/events',
  id: 'listEvents',
  summary: 'Recent events, newest first; `before` pages back, `id` finds the one of a request',
  tag: 'observation',
  access: 'operator',
  scope: 'read',
  query: EventFilter,
  responses: { 200: { description: 'The events' } },
  async handle({ actors, requestId, query }) {
    const { limit, before, outcome, category, ip, id } = query;
    const asked: EventQuery = {
      limit,
      ...(before !== undefined && { before }),
      ...(outcome !== undefined && { outcome }),
      ...(category !== undefined && { category }),
      ...(ip !== undefined && { ip }),
      ...(id !== undefined && { id }),
    };
    return answerResponse(await actors.events(asked), requestId, (events) => ({ events }));
  },
});

export const statisticsOperations = [showStats, listEvents];
