import type { SourceSettings } from '../contracts.ts';

/** A source that comes with the shield. */
export interface BuiltInSource extends SourceSettings {
  /** The publisher's terms want at least this long between two fetches, whoever asks. */
  readonly apartSeconds?: number;
}

const HOUR = 3600;
const DAY = 24 * HOUR;

/** What the shield itself saw. It is reported, never fetched. */
export const FIRST_HAND: BuiltInSource = {
  id: 'shield',
  name: "The shield's own evidence",
  url: '',
  format: 'plain',
  role: 'threat',
  family: 'first-hand',
  weight: 0.95,
  intervalSeconds: HOUR,
  lifetimeSeconds: 6 * HOUR,
  licence: 'your own',
  enabled: true,
  emptyOk: true,
};

const threat = { role: 'threat', format: 'plain', emptyOk: false } as const;
const crawler = {
  role: 'allow',
  format: 'prefixes',
  family: 'crawlers',
  weight: 1,
  intervalSeconds: DAY,
  // A crawler that publishes nothing for a month has other worries.
  lifetimeSeconds: 30 * DAY,
  licence: 'published for this use',
  emptyOk: false,
} as const;

/**
 * The feeds that are known, in the order in which they are shown. Families count, not feeds: Emerging Threats' list contains DROP, DShield
 * and abuse.ch's trackers, so these are one family; IPsum compiles blocklist.de, CINS and GreenSnow among some thirty, so those are its.
 * Off are those with unclear or non-commercial terms, and what is contained in others. Of crawlers, those of search engines are on: to be
 * found is what most sites are for. Those that gather for language models are the operator's to decide.
 */
export const BUILT_IN_SOURCES: readonly BuiltInSource[] = Object.freeze([
  {
    ...threat,
    id: 'ipsum',
    name: 'IPsum',
    url: 'https://raw.githubusercontent.com/stamparm/ipsum/master/ipsum.txt',
    format: 'ipsum',
    family: 'ipsum',
    weight: 0.9,
    intervalSeconds: 6 * HOUR,
    lifetimeSeconds: 3 * DAY,
    licence: 'Unlicense',
    enabled: true,
  },
  {
    ...threat,
    id: 'emerging-threats',
    name: 'Emerging Threats block list',
    url: 'https://rules.emergingthreats.net/fwrules/emerging-Block-IPs.txt',
    family: 'network-blocklists',
    weight: 0.85,
    intervalSeconds: 6 * HOUR,
    lifetimeSeconds: 7 * DAY,
    licence: 'BSD',
    enabled: true,
  },
  {
    ...threat,
    id: 'spamhaus-drop-v4',
    name: 'Spamhaus DROP, IPv4',
    url: 'https://www.spamhaus.org/drop/drop_v4.json',
    format: 'ndjson',
    family: 'network-blocklists',
    weight: 0.9,
    intervalSeconds: 12 * HOUR,
    lifetimeSeconds: 7 * DAY,
    licence: 'free with credit to Spamhaus; at least 1 h between fetches',
    enabled: true,
    apartSeconds: HOUR,
  },
  {
    ...threat,
    id: 'spamhaus-drop-v6',
    name: 'Spamhaus DROP, IPv6',
    url: 'https://www.spamhaus.org/drop/drop_v6.json',
    format: 'ndjson',
    family: 'network-blocklists',
    weight: 0.9,
    intervalSeconds: 12 * HOUR,
    lifetimeSeconds: 7 * DAY,
    licence: 'free with credit to Spamhaus; at least 1 h between fetches',
    enabled: true,
    apartSeconds: HOUR,
  },
  {
    ...threat,
    id: 'tor-exits',
    name: 'Tor exits',
    url: 'https://check.torproject.org/torbulkexitlist',
    role: 'label',
    family: 'tor',
    weight: 0,
    intervalSeconds: HOUR,
    lifetimeSeconds: DAY,
    licence: 'free',
    enabled: true,
  },
  {
    ...threat,
    id: 'feodo',
    name: 'Feodo Tracker',
    url: 'https://feodotracker.abuse.ch/downloads/ipblocklist_recommended.txt',
    family: 'network-blocklists',
    weight: 0.9,
    intervalSeconds: HOUR,
    lifetimeSeconds: 7 * DAY,
    licence: 'CC0',
    enabled: false,
    emptyOk: true,
  },
  {
    ...threat,
    id: 'dshield',
    name: 'DShield top networks',
    url: 'https://feeds.dshield.org/block.txt',
    format: 'dshield',
    family: 'network-blocklists',
    weight: 0.8,
    intervalSeconds: HOUR,
    lifetimeSeconds: 2 * DAY,
    licence: 'CC BY-NC-SA',
    enabled: false,
  },
  {
    ...threat,
    id: 'blocklist-de',
    name: 'blocklist.de',
    url: 'https://lists.blocklist.de/lists/all.txt',
    family: 'ipsum',
    weight: 0.6,
    intervalSeconds: HOUR,
    lifetimeSeconds: 2 * DAY,
    licence: 'unclear',
    enabled: false,
  },
  {
    ...threat,
    id: 'cins',
    name: 'CINS Army',
    url: 'https://cinsscore.com/list/ci-badguys.txt',
    family: 'ipsum',
    weight: 0.6,
    intervalSeconds: 6 * HOUR,
    lifetimeSeconds: 2 * DAY,
    licence: 'unclear',
    enabled: false,
  },
  {
    ...threat,
    id: 'greensnow',
    name: 'GreenSnow',
    url: 'https://blocklist.greensnow.co/greensnow.txt',
    family: 'ipsum',
    weight: 0.6,
    intervalSeconds: 6 * HOUR,
    lifetimeSeconds: 2 * DAY,
    licence: 'unclear',
    enabled: false,
  },
  {
    ...crawler,
    id: 'googlebot',
    name: 'Googlebot',
    url: 'https://developers.google.com/static/search/apis/ipranges/googlebot.json',
    enabled: true,
  },
  {
    ...crawler,
    id: 'bingbot',
    name: 'Bingbot',
    url: 'https://www.bing.com/toolbox/bingbot.json',
    enabled: true,
  },
  {
    ...crawler,
    id: 'duckduckbot',
    name: 'DuckDuckBot',
    url: 'https://duckduckgo.com/duckduckbot.json',
    enabled: true,
  },
  {
    ...crawler,
    id: 'applebot',
    name: 'Applebot',
    url: 'https://search.developer.apple.com/applebot.json',
    enabled: true,
  },
  {
    ...crawler,
    id: 'gptbot',
    name: 'GPTBot',
    url: 'https://openai.com/gptbot.json',
    enabled: false,
  },
  {
    ...crawler,
    id: 'perplexitybot',
    name: 'PerplexityBot',
    url: 'https://www.perplexity.com/perplexitybot.json',
    enabled: false,
  },
  FIRST_HAND,
]);
