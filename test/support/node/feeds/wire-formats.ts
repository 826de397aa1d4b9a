import ipaddr from 'ipaddr.js';

export interface FeedBody {
  readonly text: string;
  readonly contentType: string;
}

const PLAIN = 'text/plain; charset=utf-8';
const MADE_AT = '2026-08-22T06:00:00Z';

/** Addresses and networks of a snapshot, without its comments. */
export function networkLines(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

export function plainList(networks: readonly string[]): FeedBody {
  return { text: `${networks.join('\n')}\n`, contentType: PLAIN };
}

/** Comments between the rows too, as where several lists are joined. */
export function commentedList(networks: readonly string[]): FeedBody {
  const half = Math.ceil(networks.length / 2);
  const rows = ['# first part', '', ...networks.slice(0, half), '', '# second part', '', ...networks.slice(half)];
  return { text: `${rows.join('\n')}\n`, contentType: PLAIN };
}

/** One JSON object a line; the last one tells of the list itself. */
export function spamhausLines(networks: readonly string[], list: string): FeedBody {
  const rows = networks.map((cidr, i) => JSON.stringify({ cidr, sblid: `SBL${200_000 + i}`, rir: 'ripencc' }));
  const metadata = {
    type: 'metadata',
    timestamp: Math.floor(Date.parse(MADE_AT) / 1000),
    size: Buffer.byteLength(rows.join('\n')),
    records: networks.length,
    copyright: '(c) 2026 The Spamhaus Project SLU',
    terms: `https://www.spamhaus.org/drop/terms/?list=${list}`,
  };
  return { text: `${[...rows, JSON.stringify(metadata)].join('\n')}\n`, contentType: 'application/json' };
}

/** First and last address, prefix length, attacks, name, country and contact, between tabs, under a row of headings. */
export function dshieldTable(networks: readonly string[]): FeedBody {
  const rows = networks.map((network, i) => {
    const [start = '', bits = ''] = network.split('/');
    const end = ipaddr.IPv4.broadcastAddressFromCIDR(network).toString();
    return [start, end, bits, String(5000 - i), 'EXAMPLE-NET', 'ZZ', 'abuse@example.net'].join('\t');
  });
  const heading = ['Start', 'End', 'Netblock', 'Attacks', 'Name', 'Country', 'email'].join('\t');
  return { text: `${['# recommended block list', '#', heading, ...rows].join('\n')}\n`, contentType: PLAIN };
}

/** As search engines publish the ranges of their crawlers. */
export function prefixesJson(networks: readonly string[]): FeedBody {
  const prefixes = networks.map((network) =>
    network.includes(':') ? { ipv6Prefix: network } : { ipv4Prefix: network },
  );
  const text = JSON.stringify({ creationTime: MADE_AT, prefixes }, null, 2);
  return { text, contentType: 'application/json' };
}
