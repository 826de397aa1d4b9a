import type { BlockChange, BlockEntry, BlockRequest } from '../contracts.ts';
import { REASON_LIMIT } from '../../edge/reputation/blocklist.ts';
import { parseBlockTarget } from '../../edge/reputation/block-target.ts';
import type { Parsed, Problem } from '../../parse.ts';

/** Ten years: past that a block without end is meant. */
const TTL_LIMIT_SECONDS = 10 * 365 * 86_400;

/** What a request to block asks for, canonical and within limits, as an entry from `now` (Unix milliseconds) on. */
export function readBlock(request: BlockRequest, now: number): Parsed<BlockEntry> {
  const parsed = parseBlockTarget(request.ip);
  if (!parsed.ok) return { ok: false, problems: parsed.problems.map((problem) => ({ ...problem, path: 'ip' })) };
  const { ttlSeconds: ttl } = request;
  const unfit = ttl === undefined ? null : refuseTtl(ttl);
  if (unfit !== null) return { ok: false, problems: [unfit] };
  const entry = {
    range: parsed.value.text,
    reason: request.reason.slice(0, REASON_LIMIT),
    since: now,
    source: request.source.slice(0, 50) || 'unknown',
  };
  return { ok: true, value: ttl === undefined ? entry : { ...entry, until: endAfter(ttl, now) } };
}

/**
 * The standing entry with another end, counted from `now`, or another reason. It is in force since it began, and from then on a
 * person's decision, whoever made it.
 */
export function readBlockChange(standing: BlockEntry, wish: BlockChange, now: number): Parsed<BlockEntry> {
  const { reason, ttlSeconds: ttl } = wish;
  const unfit = typeof ttl === 'number' ? refuseTtl(ttl) : null;
  if (unfit !== null) return { ok: false, problems: [unfit] };
  const until = ttl === undefined ? standing.until : ttl === null ? undefined : endAfter(ttl, now);
  const { range, since } = standing;
  const why = reason?.slice(0, REASON_LIMIT) ?? standing.reason;
  const source = 'operator';
  const value =
    until === undefined ? { range, reason: why, since, source } : { range, reason: why, since, until, source };
  return { ok: true, value };
}

function refuseTtl(seconds: number): Problem | null {
  if (Number.isFinite(seconds) && seconds > 0 && seconds <= TTL_LIMIT_SECONDS) return null;
  return { path: 'ttl_seconds', message: `must be more than 0 and at most ${TTL_LIMIT_SECONDS}` };
}

function endAfter(seconds: number, now: number): number {
  return now + Math.ceil(seconds * 1000);
}

/** Of two blocks of one range the one that lasts longer stands: a timed block never shortens what is there. */
export function laterBlock(standing: BlockEntry | null, asked: BlockEntry): BlockEntry {
  return standing !== null && endOf(standing) >= endOf(asked) ? standing : asked;
}

/** Unix milliseconds; Infinity without an end. */
export function endOf(entry: BlockEntry): number {
  return entry.until ?? Number.POSITIVE_INFINITY;
}
