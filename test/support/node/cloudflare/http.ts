import type { IncomingMessage, ServerResponse } from 'node:http';
import { CHOSEN_CODE, CODE, refuse, type Answer } from './answer.ts';

/** 10,000 items with comments of 500 characters are 6 MB; the API's own limit is not documented. */
export const BODY_LIMIT = 16 * 1024 * 1024;

/** The body, or null when it is over the limit: it is read to its end all the same, so that the caller hears why. */
export async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= BODY_LIMIT) chunks.push(chunk);
    else chunks.length = 0;
  }
  return size > BODY_LIMIT ? null : Buffer.concat(chunks).toString('utf8');
}

/** What an injected or an inner failure looks like. */
export function failure(status: number, retryAfter?: number, message = `injected fault ${status}`): Answer {
  const answer = refuse(status, status === 401 ? CODE.wrongAccount : CHOSEN_CODE.fault, message);
  return retryAfter === undefined ? answer : { ...answer, retryAfter };
}

/** The API's envelope. */
export function sendAnswer(
  response: ServerResponse,
  { status, result, problems, resultInfo, retryAfter }: Answer,
): void {
  const body = JSON.stringify({
    result,
    success: problems.length === 0,
    errors: problems,
    messages: [],
    ...(resultInfo === undefined ? {} : { result_info: resultInfo }),
  });
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
  });
  response.end(body);
}
