/** Addresses for made-up clients of a shield on this machine: public ones, since private ones would be judged as such. */
export function clientAddress(index: number): string {
  return `${20 + ((index >> 16) & 63)}.${(index >> 8) & 255}.${100 + (index % 97)}.${index & 255}`;
}

const BROWSERS = [
  {
    'user-agent':
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36',
    'sec-ch-ua': '"Google Chrome";v="147", "Not.A/Brand";v="8", "Chromium";v="147"',
    'sec-ch-ua-mobile': '?0',
    'sec-ch-ua-platform': '"Windows"',
    'accept-language': 'en-GB,en;q=0.9',
  },
  {
    'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
    'accept-language': 'de-DE,de;q=0.8,en;q=0.5',
  },
  {
    'user-agent':
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.2 Mobile/15E148 Safari/604.1',
    'accept-language': 'fr-FR,fr;q=0.9',
  },
] as const;

/** What a person's browser sends along when it opens a page. */
export function browserHeaders(index: number): Record<string, string> {
  return {
    ...BROWSERS[index % BROWSERS.length],
    accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'accept-encoding': 'gzip, deflate, br',
    'sec-fetch-site': 'none',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
    'sec-fetch-user': '?1',
    'upgrade-insecure-requests': '1',
  };
}

/** What a page's script sends along when it calls its own site's API. */
export function scriptHeaders(index: number, origin: string): Record<string, string> {
  return {
    ...BROWSERS[index % BROWSERS.length],
    accept: 'application/json',
    'accept-encoding': 'gzip, deflate, br',
    origin,
    referer: `${origin}/`,
    'sec-fetch-site': 'same-origin',
    'sec-fetch-mode': 'cors',
    'sec-fetch-dest': 'empty',
  };
}
