import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  commentedList,
  dshieldTable,
  networkLines,
  plainList,
  prefixesJson,
  spamhausLines,
  type FeedBody,
} from './wire-formats.ts';

interface SnapshotFeed {
  /** `host/path`, as in the source's URL. */
  readonly address: string;
  /** In the snapshots' folder; a feed without one of them is not served. */
  readonly files: readonly string[];
  readonly body: (files: readonly string[]) => FeedBody;
}

const crawler = (address: string, ...names: readonly string[]): SnapshotFeed => ({
  address,
  files: names.map((name) => `crawlers/${name}.txt`),
  body: (files) => prefixesJson(files.flatMap(networkLines)),
});

/**
 * Unallocated space (IANA has not given 2d00::/8 to anyone): there is no snapshot of DROP's small IPv6 list, and nobody is
 * called a threat here.
 */
const DROP_V6 = ['2d00:1::/32', '2d00:2:3000::/36', '2d00:4::/29', '2d00:8:100::/48'];

/** Which URL's wire format each snapshot becomes. CINS, GreenSnow and Applebot have no snapshot: they are not found. */
const FEEDS: readonly SnapshotFeed[] = [
  {
    address: 'raw.githubusercontent.com/stamparm/ipsum/master/ipsum.txt',
    files: ['ipsum.txt'],
    body: ([text = '']) => ({ text, contentType: 'text/plain; charset=utf-8' }),
  },
  {
    address: 'rules.emergingthreats.net/fwrules/emerging-Block-IPs.txt',
    files: ['et_block.netset'],
    body: ([text = '']) => commentedList(networkLines(text)),
  },
  {
    address: 'www.spamhaus.org/drop/drop_v4.json',
    files: ['spamhaus_drop.netset'],
    body: ([text = '']) => spamhausLines(networkLines(text), 'drop_v4'),
  },
  {
    address: 'www.spamhaus.org/drop/drop_v6.json',
    files: ['spamhaus_drop.netset'],
    body: () => spamhausLines(DROP_V6, 'drop_v6'),
  },
  {
    address: 'check.torproject.org/torbulkexitlist',
    files: ['tor_exits.ipset'],
    body: ([text = '']) => plainList(networkLines(text)),
  },
  {
    address: 'feodotracker.abuse.ch/downloads/ipblocklist_recommended.txt',
    files: ['feodo.ipset'],
    body: ([text = '']) => commentedList(networkLines(text)),
  },
  {
    address: 'feeds.dshield.org/block.txt',
    files: ['dshield.netset'],
    body: ([text = '']) => dshieldTable(networkLines(text)),
  },
  {
    address: 'lists.blocklist.de/lists/all.txt',
    files: ['blocklist_de.ipset'],
    body: ([text = '']) => plainList(networkLines(text)),
  },
  crawler('developers.google.com/static/search/apis/ipranges/googlebot.json', 'googlebot_ipv4', 'googlebot_ipv6'),
  crawler('www.bing.com/toolbox/bingbot.json', 'bing_ipv4'),
  crawler('duckduckgo.com/duckduckbot.json', 'duckduckbot_ipv4'),
  crawler('openai.com/gptbot.json', 'openai_ipv4'),
  crawler('www.perplexity.com/perplexitybot.json', 'perplexity_ipv4'),
];

/** The folder of feed snapshots beside the project, or null: nothing of them is in the repository. */
export function feedSnapshots(): string | null {
  const shared = process.env['EDGESHIELD_SHARED'] ?? join(import.meta.dirname, '../../../../../shared');
  const folder = join(shared, 'feeds');
  return existsSync(folder) ? folder : null;
}

/** The addresses that a folder of snapshots has something for. */
export function snapshotAddresses(folder: string): readonly string[] {
  return FEEDS.filter(({ files }) => files.every((file) => existsSync(join(folder, file)))).map((feed) => feed.address);
}

/** Reads one feed in its original's wire format; null when the folder has no snapshot of it. */
export function readSnapshot(folder: string, address: string): (FeedBody & { readonly modified: Date }) | null {
  const feed = FEEDS.find((each) => each.address === address);
  if (feed === undefined || feed.files.some((file) => !existsSync(join(folder, file)))) return null;
  const paths = feed.files.map((file) => join(folder, file));
  const modified = new Date(Math.max(...paths.map((path) => statSync(path).mtimeMs)));
  return { ...feed.body(paths.map((path) => readFileSync(path, 'utf8'))), modified };
}
