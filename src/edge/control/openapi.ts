import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { SCOPES } from '../scopes.ts';
import type { Operation } from './operation.ts';

type Json = Readonly<Record<string, unknown>>;

const PROBLEM: Json = {
  description: 'An RFC 9457 problem',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

const PROBLEM_SCHEMA: Json = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'request_id'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    request_id: { type: 'string', format: 'uuid' },
    problems: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: { path: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
};

/** The OpenAPI 3.1 document of these operations; inputs come from the schemas that validate them. */
export function describeApi(operations: readonly Operation[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const op of operations) (paths[op.path] ??= {})[op.method] = describeOperation(op);
  return {
    openapi: '3.1.0',
    info: {
      title: 'EdgeShield control plane',
      version: '1',
      description: `Every response carries X-Request-Id; errors are RFC 9457 problems. A key opens what its scopes name; the bootstrap key (ADMIN_API_KEY) has all of them:\n\n${Object.entries(
        SCOPES,
      )
        .map(([scope, meaning]) => `- \`${scope}\`: ${meaning}`)
        .join('\n')}`,
    },
    paths,
    components: {
      schemas: { Problem: PROBLEM_SCHEMA },
      securitySchemes: {
        adminKey: {
          type: 'apiKey',
          in: 'header',
          name: 'X-Admin-Key',
          description: 'The bootstrap key, or an API key of POST /admin/keys.',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-edgeshield',
          description: 'Of POST /admin/session; it carries the scopes of the key that began it.',
        },
      },
    },
  };
}

function describeOperation(op: Operation): Json {
  const scopes = op.scope === null ? [] : [op.scope];
  const parameters = [...describeParameters(op.params, 'path'), ...describeParameters(op.query, 'query')];
  return {
    operationId: op.id,
    summary: op.summary,
    tags: [op.tag],
    ...(op.scope !== null && { description: `Wants the scope \`${op.scope}\`.` }),
    // OpenAPI 3.1: of a scheme that is not OAuth the list names the roles that are wanted.
    security: op.access === 'operator' ? [{ adminKey: scopes }, { session: scopes }] : [],
    ...(parameters.length > 0 && { parameters }),
    ...(op.body && {
      requestBody: { required: true, content: { 'application/json': { schema: toSchema(op.body) } } },
    }),
    responses: describeResponses(op),
  };
}

function describeResponses(op: Operation): Json {
  const responses: Record<string, Json> = {};
  for (const [status, { description, schema }] of Object.entries(op.responses)) {
    const failed = Number(status) >= 400;
    responses[status] = failed
      ? { ...PROBLEM, description }
      : { description, ...(schema && { content: { 'application/json': { schema: toSchema(schema) } } }) };
  }
  if (op.access === 'operator') responses['401'] ??= PROBLEM;
  if (op.scope !== null) responses['403'] ??= { ...PROBLEM, description: `The key lacks the scope \`${op.scope}\`` };
  responses.default = PROBLEM;
  return responses;
}

function describeParameters(schema: v.GenericSchema | undefined, where: 'path' | 'query'): readonly Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = toSchema(schema) as {
    properties?: Readonly<Record<string, Json>>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, shape]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: shape,
  }));
}

/** What is sent, not what it is turned into; checks that JSON Schema cannot say are left to the validator. */
function toSchema(schema: v.GenericSchema): Json {
  const { $schema: _, ...rest } = toJsonSchema(schema, {
    typeMode: 'input',
    errorMode: 'ignore',
    target: 'draft-2020-12',
  });
  return rest;
}
