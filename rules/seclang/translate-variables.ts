import type { Target } from '../schema.ts';
import type { SecVariable } from './ast.ts';
import { isCollection } from './macros.ts';

/** A variable's other names in ModSecurity, and members that are variables of their own. */
const ALIASES: ReadonlyMap<string, Omit<Target, 'exclude' | 'count'>> = new Map(
  Object.entries({
    USERAGENT_IP: { collection: 'REMOTE_ADDR' },
    MULTIPART_FILENAME: { collection: 'FILES' },
    MULTIPART_NAME: { collection: 'FILES_NAMES' },
    RESPONSE_CONTENT_TYPE: { collection: 'RESPONSE_HEADERS', selector: 'content-type' },
    RESPONSE_CONTENT_LENGTH: { collection: 'RESPONSE_HEADERS', selector: 'content-length' },
  } as const),
);

/** Kept from one request to the next by ModSecurity, with `initcol`. */
const PERSISTENT = new Set(['IP', 'GLOBAL', 'SESSION', 'USER', 'RESOURCE']);

export const NOT_PERSISTENT =
  'persistent collections are not kept: reputation and rate limits of EdgeShield stand in for them';

/** A variable as a target, or why there is none. */
export function translateVariable(variable: SecVariable): Target | string {
  const { name, selector, isPattern } = variable;
  const flags = {
    ...(variable.exclude && { exclude: true as const }),
    ...(variable.count && { count: true as const }),
  };
  const alias = ALIASES.get(name);
  if (alias !== undefined) return { ...alias, ...flags };
  if (PERSISTENT.has(name)) return `${name}: ${NOT_PERSISTENT}`;
  if (!isCollection(name)) return `the variable ${name} is not known here`;
  if (selector === null || selector === '') return { collection: name, ...flags };
  if (isPattern) return { collection: name, pattern: selector, ...flags };
  if (name === 'XML' && selector !== '/*' && selector !== '//@*') {
    return `of XPath only /* and //@* are taken, not ${selector}`;
  }
  return { collection: name, selector: name === 'TX' ? selector.toLowerCase() : selector, ...flags };
}

export function isPersistent(name: string): boolean {
  return PERSISTENT.has(name.toUpperCase());
}
