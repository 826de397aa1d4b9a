import * as v from 'valibot';
import type { AuditEntry } from '../../actors/contracts.ts';
import { answerResponse } from './json-response.ts';
import { operation } from './operation.ts';

const wholeNumber = v.pipe(v.string(), v.regex(/^\d{1,12}$/, 'must be a whole number'), v.transform(Number));

const showAudit = operation({
  method: 'get',
  path: '/admin/audit',
  id: 'showAudit',
  summary: 'The audit log, newest first: who changed what, when, before and after; `before` pages back',
  tag: 'audit',
  access: 'operator',
  scope: 'read',
  query: v.strictObject({
    limit: v.optional(v.pipe(wholeNumber, v.minValue(1), v.maxValue(500)), '100'),
    before: v.optional(wholeNumber),
  }),
  responses: {
    200: {
      description:
        '`who` is the id of a key, `bootstrap`, `kv` or `registry`; `outcome` is done, refused (the key lacked the scope) or unclear; `hash` is the SHA-256 over the entry and `previous`, the hash of the entry before',
    },
  },
  async handle({ actors, requestId, query }) {
    const entries = await actors.audit(query.limit, query.before);
    return answerResponse(entries, requestId, (list) => ({ entries: list.map(show) }));
  },
});

/** Its id is that of the request. */
function show({ id, ...entry }: AuditEntry) {
  return { ...entry, request_id: id };
}

const verifyAudit = operation({
  method: 'get',
  path: '/admin/audit/verify',
  id: 'verifyAudit',
  summary: 'Reckon the chain of the audit log anew',
  tag: 'audit',
  access: 'operator',
  scope: 'read',
  responses: {
    200: {
      description:
        '`ok`, or the number of the first entry that is `broken` (altered or missing); `anchor` is the last entry that was dropped to make room, `head` the newest. Note the head elsewhere now and then: the entry of that number must keep that hash',
    },
  },
  handle: async ({ actors, requestId }) => answerResponse(await actors.verifyAudit(), requestId, (check) => check),
});

export const auditOperations = [showAudit, verifyAudit];
