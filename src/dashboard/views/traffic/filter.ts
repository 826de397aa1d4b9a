import type { NumberedEvent } from '../../../actors/contracts.ts';

/** What events are told apart by, and the name of it in the address. */
export const FIELDS = ['outcome', 'category', 'rule', 'country', 'asn', 'ip', 'path'] as const;
export type Field = (typeof FIELDS)[number];

export interface Filter {
  readonly field: Field;
  readonly value: string;
  /** Leaves out what has this value, rather than what has not. */
  readonly not: boolean;
}

/** More than this nobody reads on one line, and an address stays short enough to send. */
const MOST = 20;
const LONGEST = 200;

/** The values that an event has of a field. A path is without its query. */
export function valuesOf(event: NumberedEvent, field: Field): readonly string[] {
  const { client, request, rules = [] } = event;
  switch (field) {
    case 'outcome':
      return [event.outcome];
    case 'category':
      return [...new Set(rules.map(({ category }) => category))];
    case 'rule':
      return event.ruleIds ?? rules.map(({ id }) => id);
    case 'country':
      return some(client?.country);
    case 'asn':
      return some(client?.asn?.toString());
    case 'ip':
      return some(client?.ip);
    case 'path':
      return some(request?.path.split('?', 1)[0]);
  }
}

function some(value: string | null | undefined): readonly string[] {
  return value === undefined || value === null || value === '' ? [] : [value];
}

/** Whether an event is shown: for each field one of the values asked for, and none of those left out. */
export function passes(event: NumberedEvent, filters: readonly Filter[]): boolean {
  const missed = new Set<Field>();
  const met = new Set<Field>();
  for (const { field, value, not } of filters) {
    const has = valuesOf(event, field).some((own) => isMeant(field, own, value));
    if (not && has) return false;
    if (!not) (has ? met : missed).add(field);
  }
  return [...missed].every((field) => met.has(field));
}

/** A part of a path is enough; of anything else the whole is meant, in whatever case. */
function isMeant(field: Field, own: string, value: string): boolean {
  const [a, b] = [own.toLowerCase(), value.toLowerCase()];
  return field === 'path' ? a.includes(b) : a === b;
}

/** With one more; asking for what was left out, or the other way round, replaces it. */
export function withFilter(filters: readonly Filter[], added: Filter): readonly Filter[] {
  return [...filters.filter((filter) => !isSame(filter, added)), added].slice(-MOST);
}

export function withoutFilter(filters: readonly Filter[], gone: Filter): readonly Filter[] {
  return filters.filter((filter) => !isSame(filter, gone));
}

function isSame(a: Filter, b: Filter): boolean {
  return a.field === b.field && a.value === b.value;
}

/** From the address of the page: `?outcome=block&not-country=DE`. */
export function readFilters(query: URLSearchParams): readonly Filter[] {
  const filters: Filter[] = [];
  for (const [name, value] of query) {
    const not = name.startsWith('not-');
    const field = FIELDS.find((known) => known === (not ? name.slice(4) : name));
    if (field !== undefined && value !== '') filters.push({ field, value: value.slice(0, LONGEST), not });
  }
  return filters.slice(0, MOST);
}

export function writeFilters(filters: readonly Filter[]): URLSearchParams {
  const query = new URLSearchParams();
  for (const { field, value, not } of filters) query.append(not ? `not-${field}` : field, value);
  return query;
}

/** From what was typed: `country:DE`, `-rule:942100`, an address as it is, or a part of a path. Null: nothing. */
export function readTyped(text: string): Filter | null {
  const typed = text.trim().slice(0, LONGEST);
  const not = typed.startsWith('-');
  const plain = not ? typed.slice(1).trim() : typed;
  if (plain === '') return null;
  const colon = plain.indexOf(':');
  const named = FIELDS.find((field) => field === plain.slice(0, colon).toLowerCase());
  if (named !== undefined) {
    const value = plain.slice(colon + 1).trim();
    if (value === '') return null;
    return { field: named, value: named === 'asn' ? value.replace(/^as/i, '') : value, not };
  }
  const network = /^as(\d+)$/i.exec(plain)?.[1];
  if (network !== undefined) return { field: 'asn', value: network, not };
  const isAddress = /^\d{1,3}(?:\.\d{1,3}){3}$/.test(plain) || /^[0-9a-f]*:[0-9a-f:.]+$/i.test(plain);
  return { field: isAddress ? 'ip' : 'path', value: plain, not };
}

/** The id that the page of a refusal shows, a UUID (RFC 9562), in whatever case it was copied; else null. */
export function readRequestId(text: string): string | null {
  const typed = text.trim().toLowerCase();
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(typed) ? typed : null;
}
