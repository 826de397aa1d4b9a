import type { ApiKey } from '../actors/contracts.ts';

/** Who brought a wrong key, as the audit log has it. */
export const STRANGER = 'unknown';

/** Room for each program and person of one site; all keys travel to every isolate that is shown one. */
export const KEY_LIMIT = 100;

/** What lists and the authors of releases have room for. */
export const KEY_NAME_LIMIT = 60;

/** Authors that mean something else than a key. */
const RESERVED_NAMES = new Set(['operator', 'bootstrap', 'kv', 'registry', 'reputation', 'unknown', 'enforcement']);

export const KEY_NAME_RULE =
  `must be 1 to ${KEY_NAME_LIMIT} of a to z, digits, dots, dashes, underscores and single spaces between them, ` +
  `and none of ${[...RESERVED_NAMES].join(', ')}`;

const ID_BYTES = 6;
const SECRET_BYTES = 32;

/** Of word characters alone, so that a double click takes all of it, and with a prefix that scanners for leaked secrets can tell. */
const FORM = /^esk_([0-9a-f]{12})_[0-9a-f]{64}$/;

/** Random bytes that one key wants. */
export const KEY_BYTES = ID_BYTES + SECRET_BYTES;

/** The key that `random` (KEY_BYTES bytes) makes: `esk_<id>_<secret>`, 256 bits of it secret. */
export function writeApiKey(random: Uint8Array): { readonly id: string; readonly text: string } {
  const hex = Array.from(random.subarray(0, KEY_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('');
  const id = hex.slice(0, ID_BYTES * 2);
  return { id, text: `esk_${id}_${hex.slice(ID_BYTES * 2)}` };
}

/** The id of a well-formed key, which is no secret; null of anything else. */
export function readApiKey(text: string): string | null {
  return FORM.exec(text)?.[1] ?? null;
}

/** Names stand beside releases as their author: none may pass for another, so no letters that look like others either. */
export function isKeyName(name: string): boolean {
  return name.length <= KEY_NAME_LIMIT && /^\w(?: ?[\w.-])*$/.test(name) && !RESERVED_NAMES.has(name.toLowerCase());
}

export type KeyState = 'live' | 'expired' | 'revoked';

export function keyState({ revoked, expires }: Pick<ApiKey, 'revoked' | 'expires'>, now: number): KeyState {
  if (revoked !== null) return 'revoked';
  return expires !== null && expires <= now ? 'expired' : 'live';
}
