import type { NumberedEvent, ScoreHistogram } from '../../actors/contracts.ts';
import { SCORE_BUCKETS } from '../histogram.ts';
import type { Policy } from '../policy.ts';
import { isJudged, underThresholds } from './redecide.ts';

type Thresholds = Policy['thresholds'];

/** Examples that are told in full. */
const SHOWN = 50;

const NAMES = ['log', 'challenge', 'block'] as const;

export interface ThresholdPreview {
  /** Events that were looked at, and from when the oldest is (Unix milliseconds). */
  readonly events: number;
  readonly since: number | null;
  /** How many would have been decided otherwise, as `block>log`. */
  readonly moves: Readonly<Record<string, number>>;
  /** Those, the newest first. */
  readonly changes: readonly {
    readonly n: number;
    readonly id: string;
    readonly at: number;
    readonly ip: string;
    readonly path: string;
    readonly model: number;
    readonly outcome: string;
    readonly after: string;
  }[];
  /**
   * Of all requests of late that thresholds decide, clean ones among them, those that reach each threshold, and those that would;
   * `[least, most]`, since scores are counted in buckets.
   */
  readonly traffic: {
    readonly requests: number;
    readonly in_force: Readonly<Record<keyof Thresholds, Bounds>>;
    readonly wanted: Readonly<Record<keyof Thresholds, Bounds>>;
  };
}

type Bounds = readonly [least: number, most: number];

/** What other thresholds would have made of the requests of these events (newest first), and of all that were counted by score. */
export function previewThresholds(
  thresholds: Thresholds,
  inForce: Thresholds,
  events: readonly NumberedEvent[],
  { open }: Pick<ScoreHistogram, 'open'>,
): ThresholdPreview {
  const changes = events.flatMap((event) => {
    if (!isJudged(event)) return [];
    const { outcome: after } = underThresholds(event, thresholds);
    if (after === event.outcome) return [];
    const { n, id, at, client, request, layers, outcome } = event;
    const path = request?.path.split('?', 1)[0] ?? '';
    return [{ n, id, at, ip: client?.ip ?? '', path, model: layers.model, outcome, after }];
  });
  const moves: Record<string, number> = {};
  for (const { outcome, after } of changes) {
    const move = `${outcome}>${after}`;
    moves[move] = (moves[move] ?? 0) + 1;
  }
  return {
    events: events.length,
    since: events.at(-1)?.at ?? null,
    moves,
    changes: changes.slice(0, SHOWN),
    traffic: {
      requests: open.reduce((sum, n) => sum + n, 0),
      in_force: countReaching(open, inForce),
      wanted: countReaching(open, thresholds),
    },
  };
}

function countReaching(open: readonly number[], thresholds: Thresholds): Readonly<Record<keyof Thresholds, Bounds>> {
  const [log, challenge, block] = NAMES.map((name) => reaching(open, thresholds[name]));
  return { log: log!, challenge: challenge!, block: block! };
}

/** The bucket that a threshold cuts may be above it or below. */
function reaching(open: readonly number[], threshold: number): Bounds {
  const place = threshold * SCORE_BUCKETS;
  const sumFrom = (first: number) => open.slice(first).reduce((sum, n) => sum + n, 0);
  // 0.15 * 20 is a little less than 3.
  return [sumFrom(Math.ceil(place - 1e-9)), sumFrom(Math.floor(place + 1e-9))];
}
