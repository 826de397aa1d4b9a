import { isbot } from 'isbot';

/** What kind of program a `User-Agent` says it is. */
export type ClientKind =
  | 'missing'
  | 'malformed'
  | 'scanner'
  | 'surveyor'
  | 'headless'
  | 'library'
  | 'crawler'
  | 'automated'
  | 'browser'
  | 'other';

export type BrowserEngine = 'chromium' | 'firefox' | 'safari' | 'unknown';
export type Platform = 'windows' | 'macos' | 'linux' | 'android' | 'ios' | 'chromeos' | 'unknown';

export interface UserAgent {
  readonly kind: ClientKind;
  readonly engine: BrowserEngine;
  /** Major version of the engine, 0 when unknown. */
  readonly major: number;
  /** Minor version; only Safari's matters (16.4 began to send fetch metadata). */
  readonly minor: number;
  readonly platform: Platform;
  readonly mobile: boolean;
  /** An Android WebView: a browser that leaves out some of a browser's headers. */
  readonly webView: boolean;
  /** Names two operating systems at once, or none where every browser names one. */
  readonly impossible: boolean;
}

/** Tools made to find or use holes. Their names do not occur in the user agents of other programs. */
const SCANNERS =
  /sqlmap|nikto|nmap scripting|nuclei|acunetix|netsparker|invicti|nessus|openvas|greenbone|wpscan|wprecon|joomscan|droopescan|dirbuster|dirb\/|gobuster|feroxbuster|fuzz faster|\bffuf\b|wfuzz|dirsearch|burp ?(?:suite|collaborator)|owasp[ _-]?zap|\bzap\/|zaproxy|arachni|w3af|havij|skipfish|whatweb|commix|xsstrike|xsser|dalfox|jaeles|\bhydra\b|medusa|masscan|zgrab|zmeu|morfeus|jorgee|muieblackcat|jbrofuzz|webshag|grendel-scan|paros\/|webinspect|appscan|qualys|detectify|metasploit|sqlninja|bsqlbf|pangolin|absinthe|vega\/|uniscan|grabber\/|golismero|watobo|ratproxy|core-project|cgichk|whisker|n-stealth|blackwidow|brutus|cobalt strike|projectdiscovery|interactsh|tplmap|nosqlmap|websploit|sn1per|rustbuster|httprecon|fimap|dotdotpwn|padbuster|wapiti|intruder\.io|tenable|rapid7|immunefi|l9explore|l9tcpid|hacktool|exploit|shellshock|webscarab|webtrends security|internet ?ninja|nmap|ncrack|patator|autogetcontent|mysqloit|springenwerk|dav\.pm|^\(\) ?\{/i;

/** Those who survey the whole Internet, mostly for research: unwanted by many, but not an attack by themselves. */
const SURVEYORS =
  /censys|shodan|expanse|palo ?alto networks|internet-?measurement|leakix|binaryedge|netcraft|internetcensus|criminalip|fofa|zoomeye|onyphe|stretchoid|netsystemsresearch|odin\b|modatscanner|cyberscan/i;

const HEADLESS =
  /headlesschrome|headless|phantomjs|slimerjs|puppeteer|playwright|selenium|webdriver|cypress|jsdom|htmlunit|splash|nightmare|zombie\.js|rendertron|chrome-lighthouse|casperjs/i;

const LIBRARIES =
  /^(?:curl|wget|libcurl|httpie|xh|lwp|python|aiohttp|httpx|go-http-client|go-resty|okhttp|axios|node|undici|got|ky|superagent|needle|request|deno|bun|java|jakarta|apache-httpclient|apache-httpasyncclient|ruby|faraday|typhoeus|rest-client|httparty|octokit|php|guzzle|symfony|perl|libwww|dart|dio|reqwest|ureq|hyper|restsharp|\.net|dotnet|microsoft|postmanruntime|insomnia|bruno|paw|elixir|hackney|finch|erlang|haskell|scala|akka|ktor|feign|spring|jersey|vertx|aws-sdk|botocore|boto3|google-api|cfnetwork|alamofire|afnetworking|datadog|stripe|twilio|zapier|grpc|winhttp|powershell|mojolicious|scrapy|mechanize|colly)|python-requests|python-urllib|libwww-perl|go-http-client|apache-httpclient|guzzlehttp|node-fetch|\bcurl\/|windowspowershell|\bokhttp\/|\bPRAW\//i;

/** Crawlers that say so, as a rule with an address to read about them. */
const CRAWLERS =
  /bot\b|bot[/;\s_-]|crawl|spider|slurp|archiver|indexer|feed(?:fetcher|ly|burner|parser)|preview|\+https?:|monitor|facebookexternalhit|whatsapp|mediapartners|validator/i;

/** No program that means well puts these into its name. Parentheses, slashes and semicolons are ordinary there. */
const MALFORMED = /[<>{}`$|\\\0\r\n]|["'].*[=()]|(?:select|union|sleep|waitfor)[\s(+]|\.\.[/\\]|^\/(?:etc|proc|var)\//i;

const UNKNOWN = { engine: 'unknown', major: 0, minor: 0, platform: 'unknown', mobile: false, webView: false } as const;

function classify(text: string): UserAgent {
  if (text === '' || text === '-') return { kind: 'missing', ...UNKNOWN, impossible: false };
  const kind = clientKind(text);
  const { engine, major, minor } = engineOf(text);
  const platforms = platformsOf(text);
  const [platform = 'unknown'] = platforms;
  return {
    kind,
    engine,
    major,
    minor,
    platform,
    mobile: /\bMobile\b|iPhone|iPod/.test(text),
    webView: text.includes('; wv)'),
    impossible: kind === 'browser' && (platforms.length > 1 || text.length < 20),
  };
}

function clientKind(text: string): ClientKind {
  if (SCANNERS.test(text)) return 'scanner';
  if (MALFORMED.test(text)) return 'malformed';
  if (SURVEYORS.test(text)) return 'surveyor';
  if (HEADLESS.test(text)) return 'headless';
  if (LIBRARIES.test(text)) return 'library';
  if (CRAWLERS.test(text)) return 'crawler';
  if (isbot(text)) return 'automated';
  return text.startsWith('Mozilla/') || text.startsWith('Opera/') ? 'browser' : 'other';
}

function engineOf(text: string): Pick<UserAgent, 'engine' | 'major' | 'minor'> {
  // On iOS every browser is WebKit under another name, so those names come after Safari's rule.
  const ios = /iPhone|iPad|iPod/.test(text);
  const chromium = ios ? null : /Chrom(?:e|ium)\/(\d{1,4})/.exec(text);
  if (chromium !== null) return { engine: 'chromium', major: Number(chromium[1]), minor: 0 };
  const firefox = ios ? null : /Firefox\/(\d{1,4})/.exec(text);
  if (firefox !== null) return { engine: 'firefox', major: Number(firefox[1]), minor: 0 };
  const safari = /Version\/(\d{1,4})(?:\.(\d{1,4}))?/.exec(text);
  if (safari !== null && text.includes('Safari/')) {
    return { engine: 'safari', major: Number(safari[1]), minor: Number(safari[2] ?? 0) };
  }
  return { engine: 'unknown', major: 0, minor: 0 };
}

/** Every operating system the text names; a true browser names one. */
function platformsOf(text: string): Platform[] {
  const found: Platform[] = [];
  // IE 11 on Windows Phone and Edge on Xbox named several on purpose: they are gone, and are not judged here.
  if (/IEMobile|Windows Phone|Xbox/.test(text)) return ['windows'];
  if (text.includes('Windows NT')) found.push('windows');
  if (/iPhone|iPad|iPod/.test(text)) found.push('ios');
  else if (text.includes('Macintosh')) found.push('macos');
  if (text.includes('CrOS')) found.push('chromeos');
  if (text.includes('Android')) found.push('android');
  else if (text.includes('X11') && !text.includes('CrOS')) found.push('linux');
  return found;
}

/**
 * Visitors share few user agents, so their classification is remembered; an attacker who sends a new one each time
 * pays the full few microseconds. 512 entries of at most 512 characters: under half a megabyte in the isolate.
 */
const CACHE_ENTRIES = 512;
const CACHED_LENGTH = 512;
const cache = new Map<string, UserAgent>();

/** Longer names are cut: nothing that matters stands behind the first kilobyte, and the patterns' time is bounded. */
const READ_LENGTH = 1024;

/** Classifies a `User-Agent` header. `undefined` when the header is absent. */
export function readUserAgent(header: string | undefined): UserAgent {
  const text = header === undefined ? '' : header.slice(0, READ_LENGTH);
  const known = cache.get(text);
  if (known !== undefined) return known;
  const agent = classify(text);
  if (text.length <= CACHED_LENGTH) {
    if (cache.size >= CACHE_ENTRIES) {
      const [oldest] = cache.keys();
      if (oldest !== undefined) cache.delete(oldest);
    }
    cache.set(text, agent);
  }
  return agent;
}
