import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { prefersHtml } from '../../../src/edge/pages/negotiate.ts';
import { PAGE_HEADERS, renderPage, STYLE, STYLE_HASH } from '../../../src/edge/pages/page.ts';
import { refuse } from '../../../src/edge/pages/refusal.ts';

const CHROME = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';

const request = (accept: string) => new Request('https://shop.test/', { headers: { Accept: accept } });

describe('the form of an answer', () => {
  it.each([
    [CHROME, true],
    [null, false],
    ['*/*', false],
    ['application/json', false],
    ['text/html;q=0.4, application/json;q=0.5', false],
    ['text/html;q=0.5, application/json;q=0.4', true],
    ['text/*', true],
    ['text/*;q=0.9, text/html;q=0, application/json;q=0.1', false],
    ['application/xhtml+xml', true],
    ['TEXT/HTML', true],
    ['text/html;q=nonsense, application/json;q=0.1', false],
    [`${'x/y,'.repeat(5000)}text/html`, false],
  ])('%s: html %s', (accept, html) => {
    expect(prefersHtml(accept)).toBe(html);
  });
});

describe('the pages', () => {
  it('allow exactly the style they carry', () => {
    expect(createHash('sha256').update(STYLE).digest('base64')).toBe(STYLE_HASH);
    expect(PAGE_HEADERS['Content-Security-Policy']).toContain("default-src 'none'");
  });
  it('escape everything', () => {
    const page = renderPage({ status: 403, title: '<b>"x"', paragraphs: ["<script>'&"], requestId: '"><img>' });
    expect(page).not.toMatch(/<b>|<script|<img/);
  });
  it('load nothing from elsewhere', () => {
    expect(renderPage({ status: 403, title: 't', paragraphs: [], requestId: 'r' })).not.toMatch(
      /https?:|url\(|@import|src=/,
    );
  });
  it('tell a person the request id, the wait and how to report a mistake', async () => {
    const response = refuse('rate-limited', request(CHROME), 'id-1', 7);
    const text = await response.text();
    expect(response.status).toBe(429);
    expect(response.headers.get('Retry-After')).toBe('7');
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    expect(text).toContain('id-1');
    expect(text).toContain('wait 7 seconds');
    expect(text).toContain('mistake');
  });
  it('tell a program the same as an RFC 9457 problem', async () => {
    const response = refuse('blocked', request('application/json'), 'id-2');
    expect(response.headers.get('Content-Type')).toBe('application/problem+json');
    expect(response.headers.get('Vary')).toBe('Accept');
    expect(await response.json()).toMatchObject({ status: 403, type: '/problems/blocked', request_id: 'id-2' });
  });
});
