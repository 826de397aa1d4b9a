import type { Outcome } from './verdict.ts';

/** A client's rate on its route, as it is told. */
export interface RateFigures {
  readonly limit: number;
  readonly remaining: number;
  /** Whole seconds until the count is fresh. */
  readonly reset: number;
}

/** What every response says about its request. */
export interface Marks {
  readonly requestId: string;
  readonly outcome: Outcome;
  readonly score: number;
  readonly rate: RateFigures;
}

/** The score as headers tell it. */
export function formatScore(score: number): string {
  return score.toFixed(3);
}

/**
 * The response with the shield's headers; its body streams on untouched. `minimal` keeps back the figures by which an
 * attacker could tune a payload until it passes.
 */
export function markResponse(response: Response, marks: Marks, minimal: boolean): Response {
  // Some origins answer with a status beyond HTTP's (RFC 9110, section 15: 999, say). Such a response cannot be made anew: it passes as it came.
  if (response.status > 599) return response;
  const marked = copyMutable(response);
  const { headers } = marked;
  headers.set('X-Request-Id', marks.requestId);
  headers.set('X-EdgeShield-Decision', marks.outcome);
  if (minimal) {
    // Not even an origin that echoes what it was told gives them away.
    for (const name of ['X-EdgeShield-Score', 'X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset'])
      headers.delete(name);
    return marked;
  }
  headers.set('X-EdgeShield-Score', formatScore(marks.score));
  headers.set('X-RateLimit-Limit', String(marks.rate.limit));
  headers.set('X-RateLimit-Remaining', String(marks.rate.remaining));
  headers.set('X-RateLimit-Reset', String(marks.rate.reset));
  return marked;
}

/** Headers of a fetched response are read-only. A 101 must hand its socket over by name, or the upgrade is lost. */
function copyMutable(response: Response): Response {
  if (response.webSocket === null) return new Response(response.body, response);
  return new Response(null, { status: response.status, headers: response.headers, webSocket: response.webSocket });
}
