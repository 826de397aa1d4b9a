import { env } from 'cloudflare:test';
import type { OutsideOrder, OutsideView } from '../node/outside-order.ts';

/** Gives the world outside an order, and looks at it. */
export async function outside(order: OutsideOrder = {}): Promise<OutsideView> {
  const { OUTSIDE } = env as unknown as { OUTSIDE: string };
  const response = await fetch(OUTSIDE, { method: 'POST', body: JSON.stringify(order) });
  return response.json();
}
