import type { AuditFacts } from '../../../actors/contracts.ts';
import { element } from '../../dom.ts';

/** The contract's word, and the operator's. */
const KEY_NAMES: Readonly<Record<string, string>> = { seq: 'release', locked_out_s: 'locked out for, s' };
/** Facts that are moments, in Unix milliseconds or as ISO 8601. */
const MOMENT = /^(?:since|until|at|blocked_until|expires|expires_at)$/;
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** Only what differs, key by key; the target itself stands beside it already. Hashes tell a person nothing at a glance: they wait behind a click. */
export function describeChange(target: string, before: AuditFacts | null, after: AuditFacts | null): HTMLElement {
  const keys = [...new Set([...Object.keys(after ?? {}), ...Object.keys(before ?? {})])];
  const lines = keys.filter((key) => key !== 'hash').flatMap((key) => line(key, target, before, after));
  const hashes = keys.includes('hash') ? line('hash', target, before, after) : [];
  if (lines.length + hashes.length === 0) return element('span', { class: 'faint' }, '–');
  return element(
    'div',
    {},
    ...(lines.length === 0 ? [] : [element('dl', { class: 'change' }, ...lines)]),
    ...(hashes.length === 0
      ? []
      : [element('details', {}, element('summary', {}, 'Hashes'), element('dl', { class: 'change' }, ...hashes))]),
  );
}

/** All that the facts say, for the search. */
export function wordsOf(facts: AuditFacts | null): string {
  return Object.entries(facts ?? {})
    .map(([key, fact]) => say(key, fact))
    .join(' ');
}

function line(
  key: string,
  target: string,
  before: AuditFacts | null,
  after: AuditFacts | null,
): readonly HTMLElement[] {
  const was = say(key, before?.[key]);
  const is = say(key, after?.[key]);
  if (was === is || is === target || was === target) return [];
  return [
    element('dt', {}, KEY_NAMES[key] ?? key.replaceAll('_', ' ')),
    element(
      'dd',
      {},
      ...(was === '' ? [] : [element('del', {}, was)]),
      ...(was !== '' && is !== '' ? [' → '] : []),
      ...(is === '' ? [] : [element('ins', {}, is)]),
    ),
  ];
}

function say(key: string, fact: AuditFacts[string] | undefined): string {
  if (fact === undefined || fact === null) return '';
  if (Array.isArray(fact)) return fact.join(', ');
  if (typeof fact === 'boolean') return key === 'kill_switch' ? (fact ? 'on' : 'off') : fact ? 'yes' : 'no';
  if (MOMENT.test(key) && (typeof fact === 'number' || typeof fact === 'string')) return sayMoment(fact);
  return String(fact);
}

/** By the reader's clock, as all else on the page. */
function sayMoment(fact: number | string): string {
  const date = new Date(fact);
  return Number.isNaN(date.getTime()) ? String(fact) : exact.format(date);
}
