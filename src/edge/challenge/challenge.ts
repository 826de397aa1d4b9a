import { refuse } from '../pages/refusal.ts';

/**
 * The answer to a request that may or may not be a person's. The place where the interactive challenge will be posed;
 * until then the page says what happened and whom to ask.
 */
export function challenge(request: Request, requestId: string): Response {
  return refuse('challenged', request, requestId);
}
