import * as v from 'valibot';
import { previewThresholds } from '../hindsight/preview-thresholds.ts';
import { Thresholds } from '../policy.ts';
import { actorProblem, jsonResponse } from './json-response.ts';
import { operation } from './operation.ts';

/** The latest of what the bus keeps: one page of it. */
const LOOKED_AT = 500;

const preview = operation({
  method: 'post',
  path: '/admin/policy/preview',
  id: 'previewPolicy',
  summary:
    'What other thresholds would have made of the requests of recent events, and of all traffic by score. Nothing is published',
  tag: 'releases',
  access: 'operator',
  scope: 'read',
  body: v.strictObject({ thresholds: Thresholds }),
  responses: {
    200: {
      description:
        '`moves` counts events by what they would have become (`block>log`), `changes` are those, the newest first, at most 50; `traffic` tells of the last 12 to 24 hours how many requests reach each threshold that is in force and each that is wanted, `[least, most]`',
    },
    422: { description: 'Not thresholds' },
  },
  async handle({ actors, requestId, refresh, body }) {
    const { seq, policy } = await refresh();
    const [events, stats] = await Promise.all([actors.events({ limit: LOOKED_AT }), actors.stats()]);
    if (!events.ok) return actorProblem(events, requestId);
    if (!stats.ok) return actorProblem(stats, requestId);
    const { scores = { open: [] } } = stats.value;
    return jsonResponse({ seq, ...previewThresholds(body.thresholds, policy.thresholds, events.value, scores) });
  },
});

export const policyPreviewOperations = [preview];
