import { type Bar, bar } from '../report.ts';
import { measureAccount } from './account.ts';
import { measureCollect } from './collect.ts';
import { measureLookup } from './lookup.ts';

/** Intelligence and enforcement: parse, merge, look-up, release and calls of the API, held against what was promised of them. */
export async function measureIntel(
  tell: (line: string) => void,
): Promise<{ readonly figures: object; readonly bars: readonly Bar[] }> {
  const collected = measureCollect(tell);
  if (collected === null)
    tell('intel: no snapshots of feeds beside the project (../shared/feeds): collecting is not measured');
  const lookup = measureLookup(tell);
  const account = await measureAccount(collected?.table ?? null, tell);
  const { crashes } = account;
  const collect = collected?.figures;
  return {
    figures: { ...(collect && { collect }), lookup, account },
    bars: [
      ...(collect === undefined
        ? []
        : [
            bar('CPU of a refresh of every feed', collect.refreshMs / 1000, 's', '<', 2),
            bar('memory of a refresh', collect.peakBytes / 1_048_576, 'MB', '<', 64),
          ]),
      bar('look-up in 100,000 threats, miss', lookup.missNs / 1000, 'us', '<', 1),
      bar('look-up in 100,000 threats, hit', lookup.hitNs / 1000, 'us', '<', 1),
      bar('100,000 threats on the wire', lookup.wireBytes / 1_000_000, 'MB', '<', 1),
      bar('100,000 threats in memory', lookup.memoryBytes / 1_000_000, 'MB', '<', 1),
      bar('API calls, 10,000 items with 100 changes', account.changeCalls, '', '<=', 4),
      bar('crashes recovered, of all points', crashes.recovered / crashes.points, 'x', '>=', 1),
    ],
  };
}
