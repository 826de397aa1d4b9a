import type { BlockEntry, BlockRequest } from '../contracts.ts';
import { REASON_LIMIT } from '../../edge/reputation/blocklist.ts';
import { parseBlockTarget } from '../../edge/reputation/block-target.ts';
import type { Parsed } from '../../parse.ts';

/** Ten years: past that a block without end is meant. */
const TTL_LIMIT_SECONDS = 10 * 365 * 86_400;

/** What a request to block asks for, canonical and within limits, as an entry from `now` (Unix milliseconds) on. */
export function readBlock(request: BlockRequest, now: number): Parsed<BlockEntry> {
  const parsed = parseBlockTarget(request.ip);
  if (!parsed.ok) return { ok: false, problems: parsed.problems.map((problem) => ({ ...problem, path: 'ip' })) };
  const { ttlSeconds: ttl } = request;
  if (ttl !== undefined && !(Number.isFinite(ttl) && ttl > 0 && ttl <= TTL_LIMIT_SECONDS)) {
    return {
      ok: false,
      problems: [{ path: 'ttl_seconds', message: `must be more than 0 and at most ${TTL_LIMIT_SECONDS}` }],
    };
  }
  const entry = {
    range: parsed.value.text,
    reason: request.reason.slice(0, REASON_LIMIT),
    since: now,
    source: request.source.slice(0, 50) || 'unknown',
  };
  return { ok: true, value: ttl === undefined ? entry : { ...entry, until: now + Math.ceil(ttl * 1000) } };
}

/** Of two blocks of one range the one that lasts longer stands: a timed block never shortens what is there. */
export function laterBlock(standing: BlockEntry | null, asked: BlockEntry): BlockEntry {
  return standing !== null && endOf(standing) >= endOf(asked) ? standing : asked;
}

/** Unix milliseconds; Infinity without an end. */
export function endOf(entry: BlockEntry): number {
  return entry.until ?? Number.POSITIVE_INFINITY;
}
