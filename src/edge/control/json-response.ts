import type { Answer } from '../actors.ts';
import { problemResponse } from '../pages/problem.ts';
import type { Problem } from '../../parse.ts';

export function jsonResponse(data: unknown, status = 200, headers?: Record<string, string>): Response {
  return new Response(JSON.stringify(data), {
    status,
    headers: {
      ...headers,
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    },
  });
}

/** The actor's answer as JSON (`shape` picks what the API shows), or a problem that tells nothing of the inside. */
export function answerResponse<T>(answer: Answer<T>, requestId: string, shape: (value: T) => unknown): Response {
  return answer.ok ? jsonResponse(shape(answer.value)) : actorProblem(answer, requestId);
}

export function actorProblem(answer: Extract<Answer<unknown>, { ok: false }>, requestId: string): Response {
  console.error('control plane: an actor did not answer', {
    requestId,
    failure: answer.failure,
    cause: String(answer.cause),
  });
  const problem = {
    status: 503,
    kind: 'actor-unavailable',
    title: 'A part of the shield did not answer',
    detail: 'Try again in a moment. The log has the cause under the request id.',
  };
  return problemResponse(problem, requestId, { 'Retry-After': '2' });
}

/** What was sent is well-formed JSON but not what is wanted here. */
export function invalidResponse(problems: readonly Problem[], requestId: string): Response {
  const problem = {
    status: 422,
    kind: 'invalid',
    title: 'What was sent is not valid',
    detail: 'Nothing was changed. `problems` says where and why.',
    problems,
  };
  return problemResponse(problem, requestId);
}
