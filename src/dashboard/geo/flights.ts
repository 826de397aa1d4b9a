/** Pixels. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** How long an arc takes to arrive, and how long its mark then stays. Milliseconds. */
const TRAVEL_MS = 800;
const FADE_MS = 1600;
/** Shorter ones would be a dot: the shield mostly stands near its clients, and a short arc says just that. */
const LEAST_LENGTH = 3;

export interface FlightPhase {
  /** 0 to 1: how far the head is; the tail follows. */
  readonly head: number;
  readonly tail: number;
  /** 0 to 1: how strong the whole is. */
  readonly strength: number;
  /** 0 to 1: how far the ring at the end has spread; null before the arrival. */
  readonly ring: number | null;
}

/** Where a flight of this age (milliseconds) is; null when it is over. */
export function flightPhase(age: number): FlightPhase | null {
  if (age < 0 || age >= TRAVEL_MS + FADE_MS) return null;
  const way = Math.min(1, age / TRAVEL_MS);
  const after = Math.max(0, age - TRAVEL_MS) / FADE_MS;
  const eased = 1 - (1 - way) ** 3;
  return { head: eased, tail: Math.max(0, eased - 0.6), strength: 1 - after, ring: way < 1 ? null : after };
}

/** The point that pulls a curve from `from` to `to` up into an arc: the longer the way, the higher. */
export function arcControl(from: Spot, to: Spot): Spot {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const lift = Math.min(140, length * 0.35);
  return { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 - lift };
}

export function isArc(from: Spot, to: Spot): boolean {
  return Math.hypot(to.x - from.x, to.y - from.y) >= LEAST_LENGTH;
}

/** The point of the quadratic curve at `t`, 0 to 1. */
export function onArc(from: Spot, control: Spot, to: Spot, t: number): Spot {
  const u = 1 - t;
  return {
    x: u * u * from.x + 2 * u * t * control.x + t * t * to.x,
    y: u * u * from.y + 2 * u * t * control.y + t * t * to.y,
  };
}
