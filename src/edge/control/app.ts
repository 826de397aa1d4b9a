import { Hono, type Context } from 'hono';
import { parseWith } from '../../parse.ts';
import { problemResponse } from '../pages/problem.ts';
import { auditOperations } from './audit.ts';
import { recordRefusal, recordWork } from './audit-trail.ts';
import { blocklistOperations } from './blocklist.ts';
import { serveDashboard } from './dashboard.ts';
import { dryRunOperations } from './dry-run.ts';
import { enforcementOperations } from './enforcement.ts';
import { enforcementTests } from './enforcement-tests.ts';
import { refuseScope, refuseStranger } from './door.ts';
import { exclusionOperations } from './exclusions.ts';
import { healthOperations } from './health.ts';
import { intelOperations } from './intel.ts';
import { invalidResponse, jsonResponse } from './json-response.ts';
import { keyOperations } from './keys.ts';
import { describeApi } from './openapi.ts';
import { operation, type ControlBindings, type Operation } from './operation.ts';
import { isMapClosed, mapOperations } from './public-map.ts';
import { policyPreviewOperations } from './policy-preview.ts';
import { authorOf } from './operator.ts';
import { readJson } from './read-json.ts';
import { releaseOperations } from './releases.ts';
import { reloadOperations } from './reload.ts';
import { reputationOperations } from './reputation.ts';
import { rulesetOperations } from './rulesets.ts';
import { sessionOperations } from './session.ts';
import { statisticsOperations } from './statistics.ts';
import { statusPageOperations } from './status-page.ts';
import { testOperations } from './test-request.ts';
import { threatOperations } from './threats.ts';

type ControlContext = Context<{ Bindings: ControlBindings }>;

const showApi = operation({
  method: 'get',
  path: '/admin/openapi.json',
  id: 'showApi',
  summary: 'This document',
  tag: 'observation',
  access: 'operator',
  scope: 'read',
  responses: { 200: { description: 'OpenAPI 3.1' } },
  handle: () => jsonResponse(describeApi(OPERATIONS)),
});

export const OPERATIONS: readonly Operation[] = [
  ...healthOperations,
  ...sessionOperations,
  ...statisticsOperations,
  ...testOperations,
  ...dryRunOperations,
  ...rulesetOperations,
  ...reloadOperations,
  ...exclusionOperations,
  ...policyPreviewOperations,
  ...releaseOperations,
  ...blocklistOperations,
  ...reputationOperations,
  ...threatOperations,
  ...mapOperations,
  ...enforcementTests,
  ...enforcementOperations,
  ...statusPageOperations,
  ...intelOperations,
  ...keyOperations,
  ...auditOperations,
  showApi,
];

/** Bodies without a limit of their own. */
const BODY_LIMIT = 16_384;

/** Operations outside the control plane's folders take their own path and no other: what lies beside it is the site's. */
const PATHS = new Set(OPERATIONS.map(({ path }) => path));

/** True for paths that are the control plane's on its host. `publicMap`: the setting. */
export function isControlPath(path: string, publicMap: string | undefined): boolean {
  if (isMapClosed(path, publicMap)) return false;
  return PATHS.has(path) || /^\/(?:admin|dashboard|enforcement|intel)(?:\/|$)/.test(path);
}

export const controlApp = buildApp();

function buildApp() {
  const app = new Hono<{ Bindings: ControlBindings }>();
  for (const path of new Set(OPERATIONS.map((op) => op.path))) {
    const own = OPERATIONS.filter((op) => op.path === path);
    for (const op of own) app.on(op.method.toUpperCase(), toPattern(path), (c) => serve(op, c));
    const allowed = own.map((op) => op.method.toUpperCase()).join(', ');
    app.all(toPattern(path), (c) => {
      const problem = {
        status: 405,
        kind: 'method-not-allowed',
        title: `Possible here: ${allowed}`,
        detail: c.req.method,
      };
      return problemResponse(problem, c.env.requestId, { Allow: allowed });
    });
  }
  app.all('/dashboard', (c) => serveDashboard(c.req.raw, new URL(c.req.url), c.env));
  app.all('/dashboard/*', (c) => serveDashboard(c.req.raw, new URL(c.req.url), c.env));
  app.notFound((c) => {
    const detail = 'The operations are listed in /admin/openapi.json.';
    return problemResponse({ status: 404, kind: 'not-found', title: 'There is nothing here', detail }, c.env.requestId);
  });
  app.onError((error, c) => {
    console.error('control plane: bug', { requestId: c.env.requestId, cause: error.stack ?? String(error) });
    const detail = 'The log has the cause under the request id.';
    return problemResponse({ status: 500, kind: 'internal', title: 'Something went wrong', detail }, c.env.requestId);
  });
  return app;
}

/** `{seq}` is one segment; a parameter at the end takes slashes too, for CIDR ranges. */
function toPattern(path: string): string {
  return path.replace(/\{(\w+)\}$/, ':$1{.+}').replace(/\{(\w+)\}/g, ':$1');
}

async function serve(op: Operation, c: ControlContext): Promise<Response> {
  const request = c.req.raw;
  const url = new URL(request.url);
  const { requestId } = c.env;
  if (op.access === 'operator') {
    const refused = await refuseStranger(request, url, c.env);
    if (refused !== null) return refused;
    const short = refuseScope(op, c.env);
    if (short !== null) return recordRefusal(op, c.env, c.req.param(), short);
  }
  const params = op.params && parseWith(op.params, c.req.param());
  if (params?.ok === false) return invalidResponse(params.problems, requestId);
  const query = op.query && parseWith(op.query, c.req.query());
  if (query?.ok === false) return invalidResponse(query.problems, requestId);
  let body: unknown;
  let text = '';
  if (op.body) {
    const read = await readJson(request, op.bodyLimit ?? BODY_LIMIT);
    if (!read.ok) return problemResponse(read.problem, requestId);
    if (op.unchecked === true) body = read.data;
    else {
      const parsed = parseWith(op.body, read.data);
      if (!parsed.ok) return invalidResponse(parsed.problems, requestId);
      body = parsed.value;
    }
    text = read.text;
  }
  const call = { ...c.env, request, url, params: params?.value, query: query?.value, body, text };
  const author = authorOf(c.env.proof);
  return recordWork(op, c.env, c.req.param(), (note) => op.handle({ ...call, author, note }));
}
