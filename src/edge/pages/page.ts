/** What a visitor reads when the shield, not the site, answers. */
export interface Page {
  readonly status: number;
  readonly title: string;
  /** Sentences in plain words, a paragraph each. */
  readonly paragraphs: readonly string[];
  readonly requestId: string;
}

/** No font, picture or script from anywhere: the page must also work when the site behind it does not. */
export const STYLE =
  ':root{color-scheme:light dark;--ink:#1c2430;--soft:#586274;--paper:#f6f7f9;--card:#fff;--line:#dde1e8;--mark:#b3261e}' +
  '@media(prefers-color-scheme:dark){:root{--ink:#e8ebf0;--soft:#a3adbd;--paper:#12161d;--card:#1a2029;--line:#2c3542;--mark:#ff8a80}}' +
  '*{box-sizing:border-box}' +
  'body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--paper);color:var(--ink);font:1rem/1.6 system-ui,sans-serif}' +
  'main{width:100%;max-width:34rem;padding:2.5rem 2rem;background:var(--card);border:1px solid var(--line);border-radius:14px}' +
  '.status{margin:0;color:var(--mark);font-weight:600;letter-spacing:.04em}' +
  'h1{margin:.25rem 0 1rem;font-size:1.6rem;line-height:1.25}p{margin:0 0 1rem}' +
  'dl{margin:1.75rem 0 0;padding-top:1.25rem;border-top:1px solid var(--line);color:var(--soft);font-size:.9rem}' +
  'dd{margin:.2rem 0 0;color:var(--ink);font-family:ui-monospace,monospace;overflow-wrap:anywhere;user-select:all}';

/** SHA-256 of STYLE; a test holds the two together. */
export const STYLE_HASH = '2njqJpyZhjFS99GL4qIMwOeb43L6o7sBP8N33REpxTk=';

export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'X-Robots-Tag': 'noindex',
};

export function renderPage(page: Page): string {
  const title = escapeHtml(page.title);
  const paragraphs = page.paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`).join('');
  return (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">' +
    `<title>${title}</title><style>${STYLE}</style></head><body><main><p class="status">Error ${page.status}</p>` +
    `<h1>${title}</h1>${paragraphs}<dl><dt>Request id</dt><dd>${escapeHtml(page.requestId)}</dd></dl></main></body></html>`
  );
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
