import { STRANGER } from '../../edge/api-key.ts';
import type { AuditEntry, AuditMark, AuditNote } from '../contracts.ts';
import { hashText } from './hash.ts';

/** Where the chain begins: what the first entry names as the hash of the one before. */
export const CHAIN_START: AuditMark = { n: 0, hash: '0'.repeat(64) };

/** Who makes entries of no consequence: somebody with a key, or anybody. */
export type MinorKind = 'holder' | 'stranger';

/**
 * A request that was refused, or a sign-in: it changes nothing, and may be had in any number by whoever has any key; a wrong key
 * even by anybody, so those are counted apart, lest guesses keep real sign-ins out. Null: what was done.
 */
export function minorKind({
  who,
  outcome,
  operation,
}: Pick<AuditNote, 'who' | 'outcome' | 'operation'>): MinorKind | null {
  if (outcome !== 'refused' && operation !== 'signIn') return null;
  return who === STRANGER ? 'stranger' : 'holder';
}

/** Minor entries of either kind in any hour. At this pace both together need days to push what was done out of a full log. */
export const MINOR_LIMIT = 60;
export const MINOR_WINDOW_MS = 3_600_000;

/** `recent`: the times of minor entries, in any order. */
export function hasRoomForMinor(recent: readonly number[], now: number): boolean {
  return recent.filter((at) => at > now - MINOR_WINDOW_MS).length < MINOR_LIMIT;
}

/** Facts are a sentence's worth; what is longer is cut. */
const TEXT_LIMIT = 200;
const FACTS_LIMIT = 1000;

/** A note within the log's limits; what is cut shows it. Facts that are too many are told as the beginning of their JSON. */
export function fitNote(note: AuditNote): AuditNote {
  const { before, after } = note;
  return {
    id: cut(note.id),
    at: note.at,
    who: cut(note.who),
    name: cut(note.name),
    via: note.via,
    client: cut(note.client),
    operation: cut(note.operation),
    target: cut(note.target),
    before: before === null ? null : fitFacts(before),
    after: after === null ? null : fitFacts(after),
    outcome: note.outcome,
  };
}

function fitFacts(facts: NonNullable<AuditNote['before']>): NonNullable<AuditNote['before']> {
  const json = JSON.stringify(facts);
  return json.length <= FACTS_LIMIT ? facts : { cut: json.slice(0, FACTS_LIMIT) };
}

function cut(text: string): string {
  return text.length <= TEXT_LIMIT ? text : `${text.slice(0, TEXT_LIMIT - 1)}…`;
}

/**
 * SHA-256, lower-case hex, of the JSON array `[previous, n, id, at, who, name, via, client, operation, target, before, after,
 * outcome]`, `before` and `after` being JSON texts or null: whoever has a list of entries can reckon it.
 */
export function linkHash(previous: string, n: number, note: StoredNote): Promise<string> {
  const { id, at, who, name, via, client, operation, target, before, after, outcome } = note;
  const link = [previous, n, id, at, who, name, via, client, operation, target, before, after, outcome];
  return hashText(JSON.stringify(link));
}

/** A note as it is stored: facts as JSON text. */
export type StoredNote = Omit<AuditNote, 'before' | 'after'> & {
  readonly before: string | null;
  readonly after: string | null;
};

export type StoredEntry = StoredNote & AuditMark;

export function storeNote({ before, after, ...note }: AuditNote): StoredNote {
  return {
    ...note,
    before: before === null ? null : JSON.stringify(before),
    after: after === null ? null : JSON.stringify(after),
  };
}

/** An entry as it is shown. What somebody spoilt in the storage is shown as it is, so that the log can be read all the same. */
export function showEntry({ before, after, ...entry }: StoredEntry, previous: string): AuditEntry {
  return { ...entry, before: readFacts(before), after: readFacts(after), previous };
}

function readFacts(text: string | null): AuditNote['before'] {
  if (text === null) return null;
  try {
    const facts: AuditNote['before'] = JSON.parse(text);
    return facts;
  } catch {
    return { unreadable: text };
  }
}

/**
 * Follows the chain on from `from` through `entries`, the oldest first. Answers the mark of the last, or the number of the first
 * that is not what it was or is missing.
 */
export async function followChain(
  from: AuditMark,
  entries: readonly StoredEntry[],
): Promise<{ readonly ok: true; readonly mark: AuditMark } | { readonly ok: false; readonly broken: number }> {
  let mark = from;
  for (const entry of entries) {
    const n = mark.n + 1;
    if (entry.n !== n || (await linkHash(mark.hash, n, entry)) !== entry.hash) return { ok: false, broken: n };
    mark = { n, hash: entry.hash };
  }
  return { ok: true, mark };
}

/** The note of a release that the registry made by itself or took from KV: no call of the control plane tells of it. */
export function noteRelease(
  release: {
    readonly id: string;
    readonly at: number;
    readonly author: string;
    readonly what: string;
    readonly note: string;
  },
  before: string | undefined,
  after: string,
): AuditNote {
  const { id, at, author, what, note } = release;
  return {
    id,
    at,
    who: author,
    name: '',
    via: 'shield',
    client: '',
    operation: 'release',
    target: what,
    before: { hash: before ?? 'bundled' },
    after: { hash: after, note },
    outcome: 'done',
  };
}
