import { describe, expect, it } from 'vitest';
import { originUrl, targetOf } from '../../../src/edge/origin-url.ts';

describe('the address at the origin', () => {
  it.each([
    ['https://shop.test', 'http://localhost:3000', 'http://localhost:3000/'],
    ['https://shop.test/a/b?x=1', 'http://localhost:3000', 'http://localhost:3000/a/b?x=1'],
    ['https://shop.test/a%2Fb//c;d=1?q=%20+%2B&&=', 'http://o.test/', 'http://o.test/a%2Fb//c;d=1?q=%20+%2B&&='],
    ['https://shop.test?x=1', 'http://o.test', 'http://o.test/?x=1'],
    ['https://shop.test/a#b', 'http://o.test', 'http://o.test/a'],
    ['https://shop.test/a', 'http://o.test/base/', 'http://o.test/base/a'],
    ['https://shop.test//evil.test/x', 'http://o.test', 'http://o.test//evil.test/x'],
    ['https://shop.test/@evil.test', 'http://o.test', 'http://o.test/@evil.test'],
  ])('%s behind %s is %s', (url, base, expected) => {
    expect(originUrl(url, base)).toBe(expected);
  });
  it('always begins the path with a slash, so that nothing joins the host name', () => {
    expect(targetOf('https://shop.test?@evil')).toBe('/?@evil');
  });
});
