import { describe, expect, test } from 'vitest';
import { detectXss, XSS_TRIGGERS } from '../../../../src/edge/waf/detect/detect-xss.ts';

describe('script is found', () => {
  test.each([
    ['<script>alert(1)</script>', 'tag script'],
    ['<ScRiPt/src=//e.com/x.js>', 'tag script'],
    ['x" onmouseover="alert(1)', 'handler onmouseover'],
    ['<svg/onload=alert()>', 'handler onload'],
    ['<a href="jav\tascript:alert(1)">', 'scheme javascript'],
  ])('%s', (text, why) => {
    expect(detectXss(text)).toBe(why);
  });
});

describe('honest text is left alone', () => {
  test.each(['a < b && c > d', '<b>bold</b>', 'Array<Object>', 'if (x <= 3) { y = 4 }', '<button onClick={handle}>'])(
    '%s',
    (text) => {
      expect(detectXss(text)).toBeNull();
    },
  );
});

test('without a trigger nothing is found', () => {
  for (const text of ['javascript:alert(1)', 'onload', '">', 'script']) {
    expect(XSS_TRIGGERS.some((trigger) => text.includes(trigger))).toBe(false);
    expect(detectXss(text)).toBeNull();
  }
});
