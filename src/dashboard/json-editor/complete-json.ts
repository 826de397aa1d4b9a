import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { syntaxTree } from '@codemirror/language';
import { keysOf, pathOf, valueAt, type JsonNode } from './json-tree.ts';
import { namedValues, schemasAt, type JsonSchema, type Step } from './schema-walk.ts';

/** Completion from a JSON Schema: keys that may still come, and the values that the schema names. */
export function completeJson(schema: JsonSchema): (context: CompletionContext) => CompletionResult | null {
  return (context) => {
    const text = context.state.doc.toString();
    const tree = syntaxTree(context.state);
    const root = tree.topNode;
    const node = tree.resolveInner(context.pos, -1);
    const at = (path: readonly Step[]) => schemasAt(schema, path, (asked) => valueAt(root, text, asked));
    const word = context.matchBefore(/[\w"]+/);
    const from = node.name === 'PropertyName' || node.name === 'String' ? node.from : (word?.from ?? context.pos);
    const to = node.name === 'PropertyName' || node.name === 'String' ? node.to : context.pos;
    if (word === null && !context.explicit) return null;
    const object = objectOfKey(node);
    const options =
      object === null
        ? values(at(pathOf(node, text)))
        : keys(at(pathOf(object, text)), new Set(keysOf(object, text)), /^\s*:/.test(text.slice(to)));
    // Filtered by two quotes with nothing between them, nothing would be left.
    return options.length === 0 ? null : { from, to, options, filter: text.slice(from, to) !== '""' };
  };
}

/** The object whose key is being written; null where a value is. */
function objectOfKey(node: JsonNode): JsonNode | null {
  if (node.name === 'PropertyName') return node.parent?.parent ?? null;
  if (node.name === 'Object') return node;
  return node.name === '{' || node.name === ',' ? objectOrNull(node.parent) : null;
}

function objectOrNull(node: JsonNode | null): JsonNode | null {
  return node?.name === 'Object' ? node : null;
}

function keys(schemas: readonly JsonSchema[], taken: ReadonlySet<string>, hasColon: boolean): readonly Completion[] {
  const found = new Map<string, Completion>();
  for (const { properties = {}, required = [] } of schemas) {
    for (const [key, schema] of Object.entries(properties)) {
      if (taken.has(key) || found.has(key)) continue;
      const needed = required.includes(key);
      found.set(key, {
        label: JSON.stringify(key),
        apply: hasColon ? JSON.stringify(key) : `${JSON.stringify(key)}: `,
        type: 'property',
        detail: `${kindOf(schema)}${needed ? '' : ', optional'}`,
        boost: needed ? 1 : 0,
        ...(typeof schema === 'object' && schema.description !== undefined && { info: schema.description }),
      });
    }
  }
  return [...found.values()];
}

function values(schemas: readonly JsonSchema[]): readonly Completion[] {
  const found = new Set(schemas.flatMap(namedValues));
  return [...found].map((label) => ({ label, type: 'enum' }));
}

function kindOf(schema: JsonSchema | boolean): string {
  if (typeof schema === 'boolean') return 'any';
  const { type, enum: named, const: only, anyOf, oneOf } = schema;
  if (only !== undefined) return JSON.stringify(only);
  if (named !== undefined) return 'one of';
  if (anyOf !== undefined || oneOf !== undefined) return 'one of several';
  return typeof type === 'string' ? type : (type?.join(' or ') ?? 'any');
}
