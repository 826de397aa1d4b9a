import { expect, test } from 'vitest';
import { fingerprint } from '../../../src/edge/bot/fingerprint.ts';
import { bearsScannerMark } from '../../../src/edge/bot/scanner-marks.ts';
import { viewExample } from '../../../src/edge/waf/check-ruleset.ts';

function isFormMarked(body: string): boolean {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return bearsScannerMark(viewExample({ method: 'POST', path: '/', headers, body }));
}

test.each([
  "/page.php?id='%2Bnetsparker(0x000555)%2B'",
  '/app/Netsparkere785c18cba0048029b8ce60230f3eb8d/',
  '/?x=../../some_inexistent_file_with_long_name%00.jpg',
  '/?link[$acunetix]=1',
  '/?url=http://bxss.me/t/xss.html',
  '/?u=http%3A%2F%2Fabc123.oast.fun%2F',
  '/?x=//q8.burpcollaborator.net/a',
  '/nice%20ports%2C/Tri%6Eity.txt%2ebak',
  '/?page=http://cirt.net/rfiinc.txt?',
  '/?q=%3Csfi000084v908140%3E',
])('a probe signed by its scanner is known: %s', (path) => {
  expect(bearsScannerMark(viewExample({ path }))).toBe(true);
});

test('a mark is found in forms and in names of fields', () => {
  expect(isFormMarked('a=1&b=ns%3Anetsparker056650%3Dvuln')).toBe(true);
  expect(isFormMarked('$acunetix=1')).toBe(true);
  expect(isFormMarked('a=1&b=2')).toBe(false);
});

test.each([
  '/blog/netsparker-vs-acunetix',
  '/search?q=acunetix+web+vulnerability+scanner',
  '/jobs?title=Qualys+and+Nessus+administrator',
  '/products?name=Medusa+interactive+shell',
  '/wildlife/wapiti?id=42',
  '/docs/burp-collaborator',
  '/toast.fun/',
  '/robust.online',
])('a page about scanners, or with a name alike, bears none: %s', (path) => {
  expect(bearsScannerMark(viewExample({ path }))).toBe(false);
});

test('what lies behind the bounds is not read', () => {
  const late = `/?a=${'x'.repeat(2000)}netsparker(0x000555)`;
  expect(bearsScannerMark(viewExample({ path: late }))).toBe(false);
  const many = Array.from({ length: 100 }, (_, i) => `f${i}=somewhat`).join('&');
  expect(bearsScannerMark(viewExample({ path: `/?${many}&z=netsparker(0x000555)` }))).toBe(false);
  expect(bearsScannerMark(viewExample({ path: `/?z=netsparker(0x000555)&${many}` }))).toBe(true);
});

test("the mark is a named signal beside a browser's user agent", () => {
  const headers = {
    'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0',
    accept: '*/*',
    'accept-language': 'en',
  };
  const { score, signals } = fingerprint(viewExample({ path: '/?a=ns:netsparker056650', headers }), { ip: '' });
  expect(signals.map(({ name }) => name)).toContain('scanner_mark');
  expect(score).toBeGreaterThan(0.9);
});
