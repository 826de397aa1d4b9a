import { APIError } from 'cloudflare';
import { Lists } from 'cloudflare/resources/rules/lists/lists';
import { Rulesets } from 'cloudflare/resources/rulesets/rulesets';
import { createClient } from 'cloudflare/tree-shakable';
import type { CloudflareStandIn } from './stand-in.ts';

/** The official client against a stand-in, without retries of its own. */
export function sdkFor(standIn: Pick<CloudflareStandIn, 'url' | 'token'>, timeout = 5000) {
  return createClient({
    resources: [Lists, Rulesets],
    apiToken: standIn.token,
    baseURL: standIn.url,
    maxRetries: 0,
    timeout,
  });
}

/** How a call was refused: `429 10040`; fails when it was not. */
export async function refusal(call: PromiseLike<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof APIError) return `${error.status} ${error.errors.map(({ code }) => code).join(' ')}`.trim();
    throw error;
  }
  throw new Error('the call was not refused');
}
