/** Wide enough for a rule's target on one line, narrow enough for a pane of the page. */
const WIDTH = 100;

/** JSON for people: what fits on a line stays on it. */
export function printJson(value: unknown, indent = 0): string {
  const flat = flatten(value);
  if (indent > 0 && flat.length + indent * 2 <= WIDTH) return flat;
  if (typeof value !== 'object' || value === null) return flat;
  const inner = '  '.repeat(indent + 1);
  const members = Array.isArray(value)
    ? value.map((item) => `${inner}${printJson(item, indent + 1)}`)
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => `${inner}${JSON.stringify(key)}: ${printJson(item, indent + 1)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  if (members.length === 0) return `${open}${close}`;
  return `${open}\n${members.join(',\n')}\n${'  '.repeat(indent)}${close}`;
}

function flatten(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(flatten).join(', ')}]`;
  const members = Object.entries(value).filter(([, item]) => item !== undefined);
  if (members.length === 0) return '{}';
  return `{ ${members.map(([key, item]) => `${JSON.stringify(key)}: ${flatten(item)}`).join(', ')} }`;
}
