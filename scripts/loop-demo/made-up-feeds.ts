import { seededRandom } from '../../model/random.ts';

/** Rows of each made-up feed: enough that a plan has something to choose from, few enough to be quick. */
const IPSUM_ROWS = 3000;
const NETWORKS = 120;

/**
 * Feeds for a clone that has no snapshots of real ones: the same addresses each time, in the wire formats of the originals.
 * Keyed by host and path, as a feed mirror serves them.
 */
export function madeUpFeeds(): ReadonlyMap<string, string> {
  const chance = seededRandom(4);
  const part = (least: number, most: number) => least + Math.floor(chance() * (most - least + 1));
  // 45/8 to 95/8 is all public space; nothing special lies in it.
  const network = () => `${part(45, 95)}.${part(0, 255)}.${part(0, 255)}`;
  const ipsum = Array.from(
    { length: IPSUM_ROWS },
    () => `${network()}.${part(1, 254)}\t${1 + Math.floor(10 * chance() ** 3)}`,
  );
  const drop = Array.from({ length: NETWORKS }, (_, i) =>
    JSON.stringify({ cidr: `${network()}.0/24`, sblid: `SBL${100_000 + i}`, rir: 'ripencc' }),
  );
  const metadata = JSON.stringify({
    type: 'metadata',
    timestamp: 1_795_651_200,
    size: drop.length,
    records: drop.length,
  });
  return new Map([
    ['raw.githubusercontent.com/stamparm/ipsum/master/ipsum.txt', `# made up\n${ipsum.join('\n')}\n`],
    ['rules.emergingthreats.net/fwrules/emerging-Block-IPs.txt', `# made up\n${network()}.0/24\n${network()}.7\n`],
    ['www.spamhaus.org/drop/drop_v4.json', `${[...drop, metadata].join('\n')}\n`],
    [
      'www.spamhaus.org/drop/drop_v6.json',
      `${JSON.stringify({ cidr: '2a0e:8f02:2180::/43', sblid: 'SBL1', rir: 'ripencc' })}\n`,
    ],
    ['check.torproject.org/torbulkexitlist', `${network()}.9\n${network()}.10\n`],
  ]);
}
