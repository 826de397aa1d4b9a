import { expect, test } from 'vitest';
import { fingerprint } from '../../../src/edge/bot/fingerprint.ts';
import type { NetworkFacts } from '../../../src/edge/network.ts';
import { viewExample } from '../../../src/edge/waf/check-ruleset.ts';

const network: NetworkFacts = { ip: '203.0.113.7', tlsVersion: 'TLSv1.3', httpProtocol: 'HTTP/2' };

function judge(headers: Record<string, string>, facts: NetworkFacts = network) {
  const { score, signals } = fingerprint(viewExample({ headers }), facts);
  return { score, names: signals.map(({ name }) => name) };
}

const chrome = {
  'user-agent':
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'accept-language': 'de-DE,de;q=0.9',
  'sec-ch-ua': '"Google Chrome";v="131", "Chromium";v="131", "Not_A Brand";v="24"',
  'sec-ch-ua-mobile': '?0',
  'sec-ch-ua-platform': '"Windows"',
  'sec-fetch-site': 'none',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-user': '?1',
  'sec-fetch-dest': 'document',
};

const fetchMetadata = { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
const basics = { accept: '*/*', 'accept-language': 'en' };

const people: Record<string, Record<string, string>> = {
  'Chrome on Windows': chrome,
  'Chrome on Android': {
    ...chrome,
    'user-agent':
      'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36',
    'sec-ch-ua-mobile': '?1',
    'sec-ch-ua-platform': '"Android"',
  },
  Edge: {
    ...chrome,
    'user-agent': `${chrome['user-agent']} Edg/131.0.0.0`,
    'sec-ch-ua': '"Microsoft Edge";v="131", "Chromium";v="131", "Not_A Brand";v="24"',
  },
  Firefox: {
    'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0',
    ...basics,
    ...fetchMetadata,
  },
  'Safari on a Mac': {
    'user-agent':
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
    ...basics,
    ...fetchMetadata,
  },
  'an old Safari without fetch metadata': {
    'user-agent':
      'Mozilla/5.0 (iPhone; CPU iPhone OS 15_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.6 Mobile/15E148 Safari/604.1',
    ...basics,
  },
  'Chrome on an iPhone': {
    'user-agent':
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/131.0 Mobile/15E148 Safari/604.1',
    ...basics,
    ...fetchMetadata,
  },
};

test.each(Object.entries(people))('%s looks like a person', (_name, headers) => {
  expect(judge(headers)).toEqual({ score: 0, names: [] });
});

const programs: [string, Record<string, string>][] = [
  ['scanner_user_agent', { 'user-agent': 'sqlmap/1.7.2#stable (https://sqlmap.org)' }],
  ['scanner_user_agent', { 'user-agent': 'Mozilla/5.00 (Nikto/2.1.6) (Evasions:None) (Test:map_codes)' }],
  ['missing_user_agent', {}],
  ['malformed_user_agent', { 'user-agent': "Mozilla/5.0' or '1'='1" }],
  ['internet_surveyor', { 'user-agent': 'Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)' }],
  ['headless_browser', { ...chrome, 'user-agent': chrome['user-agent'].replace('Chrome', 'HeadlessChrome') }],
  ['headless_client_hints', { ...chrome, 'sec-ch-ua': '"HeadlessChrome";v="131", "Chromium";v="131"' }],
  ['http_library', { 'user-agent': 'python-requests/2.32.3' }],
  ['declared_crawler', { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' }],
  ['client_hints_contradict_version', { ...chrome, 'sec-ch-ua': '"Chromium";v="99"' }],
  ['client_hints_contradict_platform', { ...chrome, 'sec-ch-ua-platform': '"Linux"' }],
  ['client_hints_contradict_browser', { ...people['Firefox'], 'sec-ch-ua': '"Chromium";v="131"' }],
  ['client_hints_contradict_mobile', { ...chrome, 'sec-ch-ua-mobile': '?1' }],
  ['fetch_metadata_contradiction', { ...chrome, 'sec-fetch-mode': 'cors' }],
  ['fetch_metadata_contradiction', { ...chrome, 'sec-fetch-site': 'everywhere' }],
  ['missing_browser_headers', { 'user-agent': chrome['user-agent'], ...basics }],
  ['missing_accept_language', { 'user-agent': chrome['user-agent'], accept: '*/*', ...fetchMetadata }],
  [
    'impossible_user_agent',
    { ...people['Firefox'], 'user-agent': 'Mozilla/5.0 (Windows NT 10.0; iPhone) Gecko/20100101 Firefox/133.0' },
  ],
];

test.each(programs)('names %s', (name, headers) => {
  const { score, names } = judge(headers);
  expect(names).toContain(name);
  expect(score).toBeGreaterThan(0);
  expect(score).toBeLessThanOrEqual(1);
});

test.each(['curl/8.9.1', 'Go-http-client/1.1', 'okhttp/4.12.0', 'PostmanRuntime/7.40.0'])(
  '%s alone stays far below a challenge',
  (agent) => {
    expect(judge({ 'user-agent': agent }).score).toBeLessThan(0.35);
  },
);

test('a browser in a datacenter is a hint, not a proof', () => {
  const { score, names } = judge(chrome, { ...network, asn: 14061 });
  expect(names).toEqual(['browser_in_datacenter']);
  expect(score).toBeLessThan(0.3);
});

test('over plain HTTP the headers that only HTTPS brings are not missed', () => {
  expect(judge({ 'user-agent': chrome['user-agent'], ...basics }, { ip: '203.0.113.7' }).score).toBe(0);
});

test('ten thousand invented user agents leave the answers as they were', () => {
  for (let i = 0; i < 10_000; i++) judge({ 'user-agent': `invented/${i}` });
  expect(judge(chrome).score).toBe(0);
  expect(judge({ 'user-agent': 'sqlmap/1.7' }).score).toBeGreaterThan(0.9);
});
