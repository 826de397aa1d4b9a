import type { toJsonSchema } from '@valibot/to-json-schema';

export type JsonSchema = ReturnType<typeof toJsonSchema>;

/** A step into the data: the key of an object, or an item of an array. */
export type Step = string | number;
/** What the text says at a path, as far as it is a plain value: of several kinds of object it tells which one stands there. */
export type Peek = (path: readonly Step[]) => unknown;

/** All schemas that the value at `path` may have. */
export function schemasAt(root: JsonSchema, path: readonly Step[], peek: Peek): readonly JsonSchema[] {
  let found = spread(root, [], peek);
  for (const [depth, step] of path.entries()) {
    const here = path.slice(0, depth + 1);
    found = found.flatMap((schema) => stepInto(schema, step)).flatMap((schema) => spread(schema, here, peek));
  }
  return found;
}

/** The values that a schema names one by one, as JSON text. */
export function namedValues(schema: JsonSchema): readonly string[] {
  if (schema.const !== undefined) return [JSON.stringify(schema.const)];
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value));
  return schema.type === 'boolean' ? ['true', 'false'] : [];
}

function stepInto({ properties = {}, additionalProperties, items, prefixItems = [] }: JsonSchema, step: Step) {
  const item = Array.isArray(items) ? undefined : items;
  const next =
    typeof step === 'number'
      ? (prefixItems[step] ?? item)
      : Object.hasOwn(properties, step)
        ? properties[step]
        : additionalProperties;
  return typeof next === 'object' ? [next] : [];
}

/** The alternatives of a schema; those that what stands in the text already rules out are left out. */
function spread(schema: JsonSchema | boolean, path: readonly Step[], peek: Peek): readonly JsonSchema[] {
  if (typeof schema === 'boolean') return [];
  const choices = schema.anyOf ?? schema.oneOf;
  const parts = [...(schema.allOf ?? [])].flatMap((part) => spread(part, path, peek));
  if (choices === undefined) return [schema, ...parts];
  const all = choices.flatMap((choice) => spread(choice, path, peek));
  const fit = all.filter((choice) => fits(choice, path, peek));
  return [...(fit.length > 0 ? fit : all), ...parts];
}

function fits({ properties = {} }: JsonSchema, path: readonly Step[], peek: Peek): boolean {
  return Object.entries(properties).every(([key, schema]) => {
    if (typeof schema === 'boolean') return true;
    if (schema.const === undefined && schema.enum === undefined) return true;
    const said = peek([...path, key]);
    return said === undefined || namedValues(schema).includes(JSON.stringify(said));
  });
}
