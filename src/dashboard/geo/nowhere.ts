/** What an empty map says; `''` where there is something to see. */
export function sayNowhere(events: number, unplaced: number): string {
  if (events === 0) {
    return 'Nothing was stopped or logged yet. Each request that is appears here as it happens, with an arc to the data centre that took it.';
  }
  if (unplaced < events) return '';
  return 'No event has coordinates. Cloudflare tells where a client is; a shield on your own machine is not told, but the traffic that npm run simulate sends comes from made-up places. The tables count all events.';
}
