import type { Problem } from '../../parse.ts';

/** An RFC 9457 problem. `type` is a relative reference that names the kind; it need not be dereferenced. */
export interface ProblemDetails {
  readonly status: number;
  /** Short name of the kind: `rate-limited`; becomes `type: "/problems/rate-limited"`. */
  readonly kind: string;
  readonly title: string;
  readonly detail: string;
  /** Everything wrong with what was sent, for 400 and 422. */
  readonly problems?: readonly Problem[];
}

export const PROBLEM_TYPE = 'application/problem+json';

/** The problem as a response, with the request's id so that the operator can find it in the log. Never cached. */
export function problemResponse(
  problem: ProblemDetails,
  requestId: string,
  headers?: Record<string, string>,
): Response {
  return new Response(problemBody(problem, requestId), {
    status: problem.status,
    headers: {
      ...headers,
      'Content-Type': PROBLEM_TYPE,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    },
  });
}

export function problemBody(problem: ProblemDetails, requestId: string): string {
  const { status, kind, title, detail, problems } = problem;
  const body = {
    type: `/problems/${kind}`,
    title,
    status,
    detail,
    request_id: requestId,
    ...(problems && { problems }),
  };
  return JSON.stringify(body);
}
