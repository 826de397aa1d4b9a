import * as v from 'valibot';
import { ModelSchema } from '../../../model/schema.ts';
import type { Actors } from '../actors.ts';
import { bundledRelease } from '../bundled.ts';
import { PolicySchema } from '../policy.ts';
import { sha256 } from '../sha256.ts';
import { actorProblem, invalidResponse, jsonResponse } from './json-response.ts';
import { noteRelease } from './note-release.ts';
import { operation, type Operation } from './operation.ts';
import { problemResponse } from '../pages/problem.ts';

/** The data that an operator replaces as a whole. */
type Kind = 'model' | 'policy';

const MIB = 1024 * 1024;

interface Surface {
  readonly kind: Kind;
  /** Under `/admin/`. */
  readonly path: string;
  readonly schema: v.GenericSchema;
  /** Bytes of a body; the registry holds the same limits. */
  readonly limit: number;
}

const SURFACES: readonly Surface[] = [
  { kind: 'model', path: 'model', schema: ModelSchema, limit: MIB / 4 },
  { kind: 'policy', path: 'policy', schema: PolicySchema, limit: MIB },
];

/** Strict: a misspelt `dry_run` must not publish. `note` stands beside the release in the history: why it was made. */
export const ReloadQuery = v.strictObject({
  dry_run: v.optional(v.picklist(['0', '1', 'true', 'false'])),
  note: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(200))),
});

/** What travels with the Worker, whatever is in force: what a first release is compared with, and the way back to it. */
export const ShowQuery = v.strictObject({ bundled: v.optional(v.picklist(['1', 'true'])) });

function show(surface: Surface): Operation {
  const { kind, path, schema } = surface;
  const shape = v.object({ seq: v.number(), hash: v.string(), bundled: v.boolean(), [kind]: schema });
  return operation({
    method: 'get',
    path: `/admin/${path}`,
    id: `show_${kind}`,
    summary: `The ${kind} in force, with the seq of the snapshot and the hash of the ${kind}`,
    tag: 'releases',
    access: 'operator',
    scope: 'read',
    query: ShowQuery,
    responses: { 200: { description: `The ${kind}; with bundled=1 the built-in one`, schema: shape } },
    async handle({ env, actors, requestId, refresh, query }) {
      const snapshot = await refresh();
      const hash = query.bundled === undefined ? snapshot.hashes[kind] : undefined;
      if (hash === undefined) {
        const data = bundledRelease(kind, env);
        const own = await sha256(JSON.stringify(data));
        return jsonResponse({ seq: snapshot.seq, hash: own, bundled: true, [kind]: data });
      }
      const body = await readReleased(hash, actors, requestId);
      if (body instanceof Response) return body;
      return jsonResponse({ seq: snapshot.seq, hash, bundled: false, [kind]: body });
    },
  });
}

/** The data of a release in force, or the problem that there is. */
export async function readReleased(hash: string, actors: Actors, requestId: string): Promise<unknown> {
  const body = await actors.body(hash);
  if (!body.ok) return actorProblem(body, requestId);
  if (body.value !== null) return JSON.parse(body.value) as unknown;
  const detail = 'The registry no longer keeps the body of the release in force.';
  return problemResponse({ status: 404, kind: 'not-found', title: 'No such release', detail }, requestId);
}

function reload({ kind, path, schema, limit }: Surface): Operation {
  return operation({
    method: 'post',
    path: `/admin/${path}/reload`,
    id: `reload_${kind}`,
    summary: `Put another ${kind} in force; with dry_run=1 only validate it and tell what it would change`,
    tag: 'releases',
    access: 'operator',
    scope: 'rules:write',
    query: ReloadQuery,
    body: schema,
    bodyLimit: limit,
    responses: {
      200: { description: 'In force, or what would change' },
      400: { description: 'Not JSON' },
      413: { description: 'Too large' },
      422: { description: `Not a valid ${kind}; nothing was changed` },
    },
    async handle({ actors, requestId, author, refresh, text, query, note }) {
      const dryRun = isDryRun(query);
      const answer = await actors.publish({ kind, body: text, author, dryRun, note: query.note ?? '' });
      if (!answer.ok) return actorProblem(answer, requestId);
      if (!answer.value.ok) return invalidResponse(answer.value.problems, requestId);
      const { seq, hash, changed, changes } = answer.value;
      note(!dryRun && changed ? noteRelease(kind, answer.value, query.note) : null);
      if (!dryRun && changed) await refresh();
      return jsonResponse({ dry_run: dryRun, seq, hash, changed, changes });
    },
  });
}

export function isDryRun({ dry_run }: v.InferOutput<typeof ReloadQuery>): boolean {
  return dry_run === '1' || dry_run === 'true';
}

export const reloadOperations = SURFACES.flatMap((surface) => [show(surface), reload(surface)]);
