import type { NetworkFacts } from '../network.ts';
import type { BotResult, Signal } from '../verdict.ts';
import type { RequestView } from '../waf/request-view.ts';
import { DATACENTER_ASNS } from './datacenters.ts';
import { bearsScannerMark } from './scanner-marks.ts';
import { readUserAgent, type ClientKind, type Platform, type UserAgent } from './user-agent.ts';

/**
 * What each kind of client weighs by its own word. An HTTP library or a declared crawler is no reproach: it stays far
 * below what would be challenged, and counts only beside other evidence.
 */
const KIND_SIGNALS: Readonly<Partial<Record<ClientKind, Signal>>> = {
  missing: { name: 'missing_user_agent', weight: 0.35 },
  malformed: { name: 'malformed_user_agent', weight: 0.6 },
  scanner: { name: 'scanner_user_agent', weight: 0.97 },
  surveyor: { name: 'internet_surveyor', weight: 0.5 },
  headless: { name: 'headless_browser', weight: 0.6 },
  library: { name: 'http_library', weight: 0.25 },
  crawler: { name: 'declared_crawler', weight: 0.15 },
  automated: { name: 'automated_client', weight: 0.2 },
};

const SCANNER_MARK: Signal = { name: 'scanner_mark', weight: 0.95 };
const IMPOSSIBLE_AGENT: Signal = { name: 'impossible_user_agent', weight: 0.4 };
const HINTS_FOREIGN: Signal = { name: 'client_hints_contradict_browser', weight: 0.5 };
const HINTS_VERSION: Signal = { name: 'client_hints_contradict_version', weight: 0.5 };
const HINTS_PLATFORM: Signal = { name: 'client_hints_contradict_platform', weight: 0.5 };
const HINTS_MOBILE: Signal = { name: 'client_hints_contradict_mobile', weight: 0.3 };
const HEADLESS_HINT: Signal = { name: 'headless_client_hints', weight: 0.6 };
const NO_BROWSER_HEADERS: Signal = { name: 'missing_browser_headers', weight: 0.3 };
const FETCH_CONTRADICTION: Signal = { name: 'fetch_metadata_contradiction', weight: 0.35 };
const NO_LANGUAGE: Signal = { name: 'missing_accept_language', weight: 0.2 };
const NO_ACCEPT: Signal = { name: 'missing_accept', weight: 0.15 };
const OLD_PROTOCOL: Signal = { name: 'http_1_0', weight: 0.25 };
const BROWSER_IN_DATACENTER: Signal = { name: 'browser_in_datacenter', weight: 0.25 };
const PROGRAM_IN_DATACENTER: Signal = { name: 'program_in_datacenter', weight: 0.1 };

const NO_SIGNALS: readonly Signal[] = [];

/**
 * How much the client looks like a program, 0 to 1, with the reasons. Weights join as independent hints do
 * (1 - the product of 1 - w), so that several weak ones add up and none exceeds 1. Reads headers and
 * `request.cf`, and of paths and fields only whether a scanner has signed them.
 */
export function fingerprint(view: RequestView, network: NetworkFacts): BotResult {
  const agent = readUserAgent(view.header('user-agent'));
  let signals: Signal[] | null = null;
  const add = (signal: Signal): void => {
    (signals ??= []).push(signal);
  };

  const kind = KIND_SIGNALS[agent.kind];
  if (kind !== undefined) add(kind);
  if (bearsScannerMark(view)) add(SCANNER_MARK);
  const browser = agent.kind === 'browser' || agent.kind === 'headless';
  if (browser) {
    if (agent.impossible) add(IMPOSSIBLE_AGENT);
    readClientHints(view, agent, add);
    readFetchMetadata(view, agent, network, add);
    // A preflight carries few headers; every other request of a browser carries these two (Fetch standard, section 4.6).
    if (view.method !== 'OPTIONS') {
      if (view.header('accept-language') === undefined) add(NO_LANGUAGE);
      if (view.header('accept') === undefined) add(NO_ACCEPT);
    }
    if (network.httpProtocol === 'HTTP/1.0') add(OLD_PROTOCOL);
  }
  if (network.asn !== undefined && DATACENTER_ASNS.has(network.asn)) {
    add(browser ? BROWSER_IN_DATACENTER : PROGRAM_IN_DATACENTER);
  }

  const found: readonly Signal[] = signals ?? NO_SIGNALS;
  let innocence = 1;
  for (const signal of found) innocence *= 1 - signal.weight;
  return { score: 1 - innocence, signals: found };
}

/** From which version on the engine sends `Sec-CH-UA` (Chromium 89) without being asked. */
const HINTS_SINCE = 89;

function readClientHints(view: RequestView, agent: UserAgent, add: (signal: Signal) => void): void {
  const brands = view.header('sec-ch-ua');
  if (brands === undefined) return;
  if (brands.includes('HeadlessChrome')) add(HEADLESS_HINT);
  if (agent.engine !== 'chromium') {
    // Firefox and Safari have never sent client hints, and browsers on iOS are Safari.
    if (agent.engine !== 'unknown') add(HINTS_FOREIGN);
    return;
  }
  if (agent.major < HINTS_SINCE - 5) add(HINTS_FOREIGN);
  const version = /"Chrom(?:ium|e)";\s?v="(\d{1,4})/.exec(brands);
  if (version !== null && Number(version[1]) !== agent.major) add(HINTS_VERSION);
  const platform = view.header('sec-ch-ua-platform');
  if (platform !== undefined && agent.platform !== 'unknown') {
    const hinted = HINTED_PLATFORMS[platform];
    // "Request desktop site" on Android changes the one and, by version, not the other.
    const desktopMode = hinted === 'android' && agent.platform === 'linux';
    if (hinted !== undefined && hinted !== agent.platform && !desktopMode) add(HINTS_PLATFORM);
  }
  if (view.header('sec-ch-ua-mobile') === '?1' && !agent.mobile && agent.platform !== 'android') add(HINTS_MOBILE);
}

/** The values of `Sec-CH-UA-Platform`, as quoted on the wire. */
const HINTED_PLATFORMS: Readonly<Record<string, Platform>> = {
  '"Windows"': 'windows',
  '"macOS"': 'macos',
  '"Linux"': 'linux',
  '"Android"': 'android',
  '"iOS"': 'ios',
  '"Chrome OS"': 'chromeos',
  '"Chromium OS"': 'chromeos',
};

const FETCH_SITES: ReadonlySet<string> = new Set(['none', 'same-origin', 'same-site', 'cross-site']);
/** What a navigation can fill (Fetch standard): a document or something embedded as one. */
const NAVIGATION_DESTS: ReadonlySet<string> = new Set([
  'document',
  'iframe',
  'frame',
  'embed',
  'object',
  'fencedframe',
  'empty',
]);

function readFetchMetadata(
  view: RequestView,
  agent: UserAgent,
  network: NetworkFacts,
  add: (signal: Signal) => void,
): void {
  const site = view.header('sec-fetch-site');
  if (site === undefined) {
    // Browsers send these to trustworthy origins alone, so absence says something over TLS only.
    const secure = network.tlsVersion !== undefined && network.tlsVersion !== '';
    if (secure && !agent.webView && sendsFetchMetadata(agent) && view.header('sec-ch-ua') === undefined) {
      add(NO_BROWSER_HEADERS);
    }
    return;
  }
  const mode = view.header('sec-fetch-mode');
  const dest = view.header('sec-fetch-dest');
  const contradiction =
    !FETCH_SITES.has(site) ||
    mode === undefined ||
    (mode === 'navigate' && dest !== undefined && !NAVIGATION_DESTS.has(dest)) ||
    (dest === 'document' && mode !== 'navigate') ||
    (view.header('sec-fetch-user') !== undefined && mode !== 'navigate');
  if (contradiction) add(FETCH_CONTRADICTION);
}

/** Chromium 80, Firefox 90 and Safari 16.4 send `Sec-Fetch-*` with every request to an HTTPS origin. */
function sendsFetchMetadata(agent: UserAgent): boolean {
  if (agent.engine === 'chromium') return agent.major >= 80;
  if (agent.engine === 'firefox') return agent.major >= 90;
  if (agent.engine === 'safari') return agent.major > 16 || (agent.major === 16 && agent.minor >= 4);
  return false;
}
