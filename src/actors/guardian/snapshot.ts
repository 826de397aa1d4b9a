import * as v from 'valibot';
import type { PackedLog } from './window.ts';

/** One client's stored debits. */
export type PackedClient = readonly [client: string, log: PackedLog];

/** A row holds 2 MB. 1.5 million characters are about 30,000 clients; keys and numbers are ASCII, one byte each. */
const SNAPSHOT_CHARS = 1_500_000;

const Log = v.array(v.tuple([v.number(), v.number()]));
const Clients = v.array(v.tuple([v.string(), Log]));

/** As text, the first clients first; those that no longer fit are left out, so pass the ones that matter most first. */
export function writeSnapshot(clients: Iterable<PackedClient>, chars: number = SNAPSHOT_CHARS): string {
  const parts: string[] = [];
  let length = 2;
  for (const client of clients) {
    const part = JSON.stringify(client);
    length += part.length + 1;
    if (length > chars) break;
    parts.push(part);
  }
  return `[${parts.join(',')}]`;
}

/** What `writeSnapshot` wrote. Throws on anything else: only this actor writes there. */
export function readSnapshot(text: string): readonly PackedClient[] {
  return v.parse(Clients, JSON.parse(text));
}

/** One client's log, as `JSON.stringify` wrote it. Throws on anything else. */
export function readLog(text: string): PackedLog {
  return v.parse(Log, JSON.parse(text));
}
