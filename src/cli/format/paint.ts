import type { styleText } from 'node:util';

export type Style = Extract<Parameters<typeof styleText>[0], string>;

/** Colours text, or leaves it as it is, on a page of `width` columns: infinite where no screen is known, so that nothing is cut for a pipe. */
export interface Paint {
  (style: Style, text: string): string;
  readonly width: number;
}

export function paintOn(width: number, colour: (style: Style, text: string) => string): Paint {
  return Object.assign((style: Style, text: string) => colour(style, text), { width });
}

export const noPaint: Paint = paintOn(Number.POSITIVE_INFINITY, (_, text) => text);

const DECISIONS: Readonly<Record<string, Style>> = {
  allow: 'green',
  log: 'cyan',
  challenge: 'yellow',
  block: 'red',
  limit: 'magenta',
  notice: 'blue',
  error: 'redBright',
};

/** Words carry the meaning; colour only helps the eye. */
export function decisionStyle(decision: string): Style {
  return DECISIONS[decision] ?? 'gray';
}

const STATES: Readonly<Record<string, Style>> = {
  ok: 'green',
  RUNNING: 'green',
  live: 'green',
  degraded: 'yellow',
  DEGRADED: 'yellow',
  suspect: 'yellow',
  pending: 'yellow',
  down: 'red',
  failing: 'red',
  STOPPED: 'red',
  failed: 'red',
  held: 'yellow',
  revoked: 'gray',
  expired: 'gray',
  off: 'gray',
};

export function stateStyle(state: string): Style {
  return STATES[state] ?? 'bold';
}

/** Matched text, where it begins and ends: where there is no colour, in brackets that no decoder makes. `text` is plain already. */
export function paintMatch(text: string, paint: Paint): string {
  const painted = paint('inverse', text);
  return painted === text ? `⟦${text}⟧` : painted;
}
